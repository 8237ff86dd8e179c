WITH step_1_source AS (
  SELECT
    `id`,
    `district`,
    `village`,
    `visited`,
    `seen`,
    `age`,
    `cost`,
    `weight`,
    `consent`,
    `notes`,
    `answers`
  FROM `example`.`Visits`
),
step_2_cast AS (
  SELECT
    `id`,
    `district`,
    `village`,
    `visited`,
    `seen`,
    `age`,
    `cost`,
    `weight`,
    `consent`,
    CASE WHEN REGEXP_CONTAINS(TRIM(`notes`, '\u0009\u000a\u000b\u000c\u000d \u0085\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u200b\u2028\u2029\u202f\u205f\u3000\ufeff'), '^[+-]?([0-9]{1,28}([.][0-9]{0,200})?|[.][0-9]{1,200})([eE][+-]?[0-9])?$') THEN SAFE_CAST(TRIM(`notes`, '\u0009\u000a\u000b\u000c\u000d \u0085\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u200b\u2028\u2029\u202f\u205f\u3000\ufeff') AS BIGNUMERIC) WHEN REGEXP_CONTAINS(TRIM(`notes`, '\u0009\u000a\u000b\u000c\u000d \u0085\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u200b\u2028\u2029\u202f\u205f\u3000\ufeff'), '^[+-]?[0-9]{1,3}(,[0-9]{2,3}){0,8},[0-9]{3}([.][0-9]{0,200})?$') THEN SAFE_CAST(REPLACE(TRIM(`notes`, '\u0009\u000a\u000b\u000c\u000d \u0085\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u200b\u2028\u2029\u202f\u205f\u3000\ufeff'), ',', '') AS BIGNUMERIC) END AS `notes`,
    `answers`
  FROM step_1_source
)
SELECT *
FROM step_2_cast;

WITH step_1_source AS (
  SELECT
    `id`,
    `district`,
    `village`,
    `visited`,
    `seen`,
    `age`,
    `cost`,
    `weight`,
    `consent`,
    `notes`,
    `answers`
  FROM `example`.`Visits`
),
step_2_cast AS (
  SELECT
    `id`,
    `district`,
    `village`,
    `visited`,
    `seen`,
    `age`,
    `cost`,
    `weight`,
    `consent`,
    CASE WHEN REGEXP_CONTAINS(TRIM(`notes`, '\u0009\u000a\u000b\u000c\u000d \u0085\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u200b\u2028\u2029\u202f\u205f\u3000\ufeff'), '^[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}([T ]([01]?[0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9]([.][0-9]{1,6})?)?(Z|[+-][0-9]{2}:[0-9]{2})?)?$') THEN SAFE_CAST(TRIM(`notes`, '\u0009\u000a\u000b\u000c\u000d \u0085\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u200b\u2028\u2029\u202f\u205f\u3000\ufeff') AS TIMESTAMP) END AS `notes`,
    CASE
      WHEN (CASE WHEN REGEXP_CONTAINS(TRIM(`notes`, '\u0009\u000a\u000b\u000c\u000d \u0085\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u200b\u2028\u2029\u202f\u205f\u3000\ufeff'), '^[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}([T ]([01]?[0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9]([.][0-9]{1,6})?)?(Z|[+-][0-9]{2}:[0-9]{2})?)?$') THEN SAFE_CAST(TRIM(`notes`, '\u0009\u000a\u000b\u000c\u000d \u0085\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u200b\u2028\u2029\u202f\u205f\u3000\ufeff') AS TIMESTAMP) END IS NULL) AND (NOT ((`notes` IS NULL) OR (TRIM(`notes`, '\u0009\u000a\u000b\u000c\u000d \u0085\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u200b\u2028\u2029\u202f\u205f\u3000\ufeff') = ''))) THEN `notes`
      ELSE CAST(NULL AS STRING)
    END AS `notes (not read)`,
    `answers`
  FROM step_1_source
)
SELECT *
FROM step_2_cast;

WITH step_1_source AS (
  SELECT
    `id`,
    `district`,
    `village`,
    `visited`,
    `seen`,
    `age`,
    `cost`,
    `weight`,
    `consent`,
    `notes`,
    `answers`
  FROM `example`.`Visits`
),
step_2_cast AS (
  SELECT
    `id`,
    `district`,
    `village`,
    `visited`,
    `seen`,
    `age`,
    `cost`,
    `weight`,
    `consent`,
    CASE WHEN SAFE_CAST(ROUND(CASE WHEN REGEXP_CONTAINS(TRIM(`notes`, '\u0009\u000a\u000b\u000c\u000d \u0085\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u200b\u2028\u2029\u202f\u205f\u3000\ufeff'), '^[+-]?([0-9]{1,28}([.][0-9]{0,200})?|[.][0-9]{1,200})([eE][+-]?[0-9])?$') THEN SAFE_CAST(TRIM(`notes`, '\u0009\u000a\u000b\u000c\u000d \u0085\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u200b\u2028\u2029\u202f\u205f\u3000\ufeff') AS BIGNUMERIC) WHEN REGEXP_CONTAINS(TRIM(`notes`, '\u0009\u000a\u000b\u000c\u000d \u0085\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u200b\u2028\u2029\u202f\u205f\u3000\ufeff'), '^[+-]?[0-9]{1,3}(,[0-9]{2,3}){0,8},[0-9]{3}([.][0-9]{0,200})?$') THEN SAFE_CAST(REPLACE(TRIM(`notes`, '\u0009\u000a\u000b\u000c\u000d \u0085\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u200b\u2028\u2029\u202f\u205f\u3000\ufeff'), ',', '') AS BIGNUMERIC) END) AS INT64) IS NULL AND REGEXP_CONTAINS(`notes`, '[^[:space:]]') THEN ERROR(CONCAT('This cannot be read: ', `notes`)) ELSE SAFE_CAST(ROUND(CASE WHEN REGEXP_CONTAINS(TRIM(`notes`, '\u0009\u000a\u000b\u000c\u000d \u0085\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u200b\u2028\u2029\u202f\u205f\u3000\ufeff'), '^[+-]?([0-9]{1,28}([.][0-9]{0,200})?|[.][0-9]{1,200})([eE][+-]?[0-9])?$') THEN SAFE_CAST(TRIM(`notes`, '\u0009\u000a\u000b\u000c\u000d \u0085\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u200b\u2028\u2029\u202f\u205f\u3000\ufeff') AS BIGNUMERIC) WHEN REGEXP_CONTAINS(TRIM(`notes`, '\u0009\u000a\u000b\u000c\u000d \u0085\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u200b\u2028\u2029\u202f\u205f\u3000\ufeff'), '^[+-]?[0-9]{1,3}(,[0-9]{2,3}){0,8},[0-9]{3}([.][0-9]{0,200})?$') THEN SAFE_CAST(REPLACE(TRIM(`notes`, '\u0009\u000a\u000b\u000c\u000d \u0085\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u200b\u2028\u2029\u202f\u205f\u3000\ufeff'), ',', '') AS BIGNUMERIC) END) AS INT64) END AS `notes`,
    `answers`
  FROM step_1_source
)
SELECT *
FROM step_2_cast;

WITH step_1_source AS (
  SELECT
    `id`,
    `district`,
    `village`,
    `visited`,
    `seen`,
    `age`,
    `cost`,
    `weight`,
    `consent`,
    `notes`,
    `answers`
  FROM `example`.`Visits`
),
step_2_cast AS (
  SELECT
    `id`,
    `district`,
    `village`,
    CAST(`visited` AS STRING) AS `visited`,
    FORMAT_DATETIME('%E4Y-%m-%d %H:%M:%S', DATETIME(`seen`, 'UTC')) AS `seen`,
    CAST(`age` AS STRING) AS `age`,
    CAST(`cost` AS STRING) AS `cost`,
    CAST(SAFE_CAST(FORMAT('%.15g', `weight`) AS BIGNUMERIC) AS STRING) AS `weight`,
    CAST(`consent` AS STRING) AS `consent`,
    `notes`,
    TO_JSON_STRING(`answers`) AS `answers`
  FROM step_1_source
)
SELECT *
FROM step_2_cast;

WITH step_1_source AS (
  SELECT
    `id`,
    `district`,
    `village`,
    `visited`,
    `seen`,
    `age`,
    `cost`,
    `weight`,
    `consent`,
    `notes`,
    `answers`
  FROM `example`.`Visits`
),
step_2_cast AS (
  SELECT
    `id`,
    `district`,
    `village`,
    `visited`,
    `seen`,
    `age`,
    `cost`,
    `weight`,
    `consent`,
    CASE WHEN LOWER(TRIM(`notes`, '\u0009\u000a\u000b\u000c\u000d \u0085\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u200b\u2028\u2029\u202f\u205f\u3000\ufeff')) IN ('true', 't', 'yes', 'y', '1', 'on') THEN TRUE WHEN LOWER(TRIM(`notes`, '\u0009\u000a\u000b\u000c\u000d \u0085\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u200b\u2028\u2029\u202f\u205f\u3000\ufeff')) IN ('false', 'f', 'no', 'n', '0', 'off') THEN FALSE END AS `notes`,
    `answers`
  FROM step_1_source
),
step_3_cast AS (
  SELECT
    `id`,
    `district`,
    SAFE.PARSE_JSON(`village`, wide_number_mode => 'round') AS `village`,
    `visited`,
    `seen`,
    `age`,
    `cost`,
    `weight`,
    `consent`,
    `notes`,
    `answers`
  FROM step_2_cast
)
SELECT *
FROM step_3_cast;
