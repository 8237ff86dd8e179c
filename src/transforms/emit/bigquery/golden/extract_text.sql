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
step_2_extract_text AS (
  SELECT
    *,
    CASE
      WHEN STRPOS(`notes`, '-') > 0 THEN LEFT(`notes`, CAST(least(greatest(SAFE_CAST(ROUND((SAFE_SUBTRACT(CAST(STRPOS(`notes`, '-') AS BIGNUMERIC), CAST(1 AS BIGNUMERIC)))) AS INT64), 0), 100000000) AS INT64))
      ELSE CAST(NULL AS STRING)
    END AS `part`
  FROM step_1_source
)
SELECT *
FROM step_2_extract_text;

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
step_2_extract_text AS (
  SELECT
    *,
    CASE
      WHEN STRPOS((CASE
      WHEN STRPOS(`notes`, '(') > 0 THEN SUBSTR(`notes`, CAST(least(greatest(SAFE_CAST(ROUND((SAFE_ADD(CAST(STRPOS(`notes`, '(') AS BIGNUMERIC), CAST(1 AS BIGNUMERIC)))) AS INT64), 1), 100000000) AS INT64), CAST(least(greatest(100000000, 0), 100000000) AS INT64))
      ELSE CAST(NULL AS STRING)
    END), ')') > 0 THEN LEFT((CASE
      WHEN STRPOS(`notes`, '(') > 0 THEN SUBSTR(`notes`, CAST(least(greatest(SAFE_CAST(ROUND((SAFE_ADD(CAST(STRPOS(`notes`, '(') AS BIGNUMERIC), CAST(1 AS BIGNUMERIC)))) AS INT64), 1), 100000000) AS INT64), CAST(least(greatest(100000000, 0), 100000000) AS INT64))
      ELSE CAST(NULL AS STRING)
    END), CAST(least(greatest(SAFE_CAST(ROUND((SAFE_SUBTRACT(CAST(STRPOS((CASE
      WHEN STRPOS(`notes`, '(') > 0 THEN SUBSTR(`notes`, CAST(least(greatest(SAFE_CAST(ROUND((SAFE_ADD(CAST(STRPOS(`notes`, '(') AS BIGNUMERIC), CAST(1 AS BIGNUMERIC)))) AS INT64), 1), 100000000) AS INT64), CAST(least(greatest(100000000, 0), 100000000) AS INT64))
      ELSE CAST(NULL AS STRING)
    END), ')') AS BIGNUMERIC), CAST(1 AS BIGNUMERIC)))) AS INT64), 0), 100000000) AS INT64))
      ELSE CAST(NULL AS STRING)
    END AS `part`
  FROM step_1_source
)
SELECT *
FROM step_2_extract_text;

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
step_2_extract_text AS (
  SELECT
    *,
    CASE WHEN REGEXP_CONTAINS(TRIM(REGEXP_EXTRACT(REGEXP_REPLACE(`notes`, '([0-9]),([0-9])', '\\1\\2'), '([+-]?[0-9]{1,28}(?:[.][0-9]+)?)'), '\u0009\u000a\u000b\u000c\u000d \u0085\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u200b\u2028\u2029\u202f\u205f\u3000\ufeff'), '^[+-]?([0-9]{1,28}([.][0-9]{0,200})?|[.][0-9]{1,200})([eE][+-]?[0-9])?$') THEN SAFE_CAST(TRIM(REGEXP_EXTRACT(REGEXP_REPLACE(`notes`, '([0-9]),([0-9])', '\\1\\2'), '([+-]?[0-9]{1,28}(?:[.][0-9]+)?)'), '\u0009\u000a\u000b\u000c\u000d \u0085\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u200b\u2028\u2029\u202f\u205f\u3000\ufeff') AS BIGNUMERIC) WHEN REGEXP_CONTAINS(TRIM(REGEXP_EXTRACT(REGEXP_REPLACE(`notes`, '([0-9]),([0-9])', '\\1\\2'), '([+-]?[0-9]{1,28}(?:[.][0-9]+)?)'), '\u0009\u000a\u000b\u000c\u000d \u0085\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u200b\u2028\u2029\u202f\u205f\u3000\ufeff'), '^[+-]?[0-9]{1,3}(,[0-9]{2,3}){0,8},[0-9]{3}([.][0-9]{0,200})?$') THEN SAFE_CAST(REPLACE(TRIM(REGEXP_EXTRACT(REGEXP_REPLACE(`notes`, '([0-9]),([0-9])', '\\1\\2'), '([+-]?[0-9]{1,28}(?:[.][0-9]+)?)'), '\u0009\u000a\u000b\u000c\u000d \u0085\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u200b\u2028\u2029\u202f\u205f\u3000\ufeff'), ',', '') AS BIGNUMERIC) END AS `number`
  FROM step_1_source
)
SELECT *
FROM step_2_extract_text;

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
step_2_extract_text AS (
  SELECT
    *,
    REGEXP_EXTRACT(`notes`, '([A-Z]+)-(?:[0-9]{2})') AS `code`
  FROM step_1_source
)
SELECT *
FROM step_2_extract_text;
