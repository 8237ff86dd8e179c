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
step_2_mask AS (
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
    CASE
      WHEN (`notes` IS NULL) OR (TRIM(`notes`, '\u0009\u000a\u000b\u000c\u000d \u0085\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u200b\u2028\u2029\u202f\u205f\u3000\ufeff') = '') THEN CAST(NULL AS STRING)
      WHEN CHAR_LENGTH(`notes`) <= 4 THEN REGEXP_REPLACE(`notes`, '[^*]', '*')
      ELSE ARRAY_TO_STRING([REGEXP_REPLACE(LEFT(`notes`, CAST(least(greatest(SAFE_CAST(ROUND((SAFE_SUBTRACT(CAST(CHAR_LENGTH(`notes`) AS BIGNUMERIC), CAST(2 AS BIGNUMERIC)))) AS INT64), 0), 100000000) AS INT64)), '[^*]', '*'), RIGHT(`notes`, 2)], '')
    END AS `notes`,
    `answers`
  FROM step_1_source
)
SELECT *
FROM step_2_mask;

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
step_2_mask AS (
  SELECT
    `id`,
    `district`,
    `village`,
    `visited`,
    `seen`,
    CASE
      WHEN (CAST(`age` AS STRING) IS NULL) OR (TRIM(CAST(`age` AS STRING), '\u0009\u000a\u000b\u000c\u000d \u0085\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u200b\u2028\u2029\u202f\u205f\u3000\ufeff') = '') THEN CAST(NULL AS STRING)
      ELSE TO_HEX(SHA256(ARRAY_TO_STRING(['secret', CAST(`age` AS STRING)], '')))
    END AS `age`,
    `cost`,
    `weight`,
    `consent`,
    CASE
      WHEN (`notes` IS NULL) OR (TRIM(`notes`, '\u0009\u000a\u000b\u000c\u000d \u0085\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u200b\u2028\u2029\u202f\u205f\u3000\ufeff') = '') THEN CAST(NULL AS STRING)
      ELSE TO_HEX(SHA256(ARRAY_TO_STRING(['secret', `notes`], '')))
    END AS `notes`,
    `answers`
  FROM step_1_source
)
SELECT *
FROM step_2_mask;
