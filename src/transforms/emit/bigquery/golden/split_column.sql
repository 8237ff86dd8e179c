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
step_2_split_column AS (
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
    CASE
      WHEN TRIM(NULLIF(SPLIT(`notes`, ',')[SAFE_ORDINAL(1)], ''), '\u0009\u000a\u000b\u000c\u000d \u0085\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u200b\u2028\u2029\u202f\u205f\u3000\ufeff') = '' THEN CAST(NULL AS STRING)
      ELSE TRIM(NULLIF(SPLIT(`notes`, ',')[SAFE_ORDINAL(1)], ''), '\u0009\u000a\u000b\u000c\u000d \u0085\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u200b\u2028\u2029\u202f\u205f\u3000\ufeff')
    END AS `one`,
    CASE
      WHEN TRIM(NULLIF(SPLIT(`notes`, ',')[SAFE_ORDINAL(2)], ''), '\u0009\u000a\u000b\u000c\u000d \u0085\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u200b\u2028\u2029\u202f\u205f\u3000\ufeff') = '' THEN CAST(NULL AS STRING)
      ELSE TRIM(NULLIF(SPLIT(`notes`, ',')[SAFE_ORDINAL(2)], ''), '\u0009\u000a\u000b\u000c\u000d \u0085\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u200b\u2028\u2029\u202f\u205f\u3000\ufeff')
    END AS `two`,
    `answers`
  FROM step_1_source
)
SELECT *
FROM step_2_split_column;

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
step_2_split_column AS (
  SELECT
    l.*,
    p.value AS `part`
  FROM step_1_source AS l
  LEFT JOIN UNNEST(ARRAY(SELECT AS STRUCT TRIM(part, '\u0009\u000a\u000b\u000c\u000d \u0085\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u200b\u2028\u2029\u202f\u205f\u3000\ufeff') AS value, n + 1 AS n FROM UNNEST(SPLIT(l.`notes`, ',')) AS part WITH OFFSET AS n WHERE TRIM(part, '\u0009\u000a\u000b\u000c\u000d \u0085\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u200b\u2028\u2029\u202f\u205f\u3000\ufeff') <> '')) AS p
)
SELECT *
FROM step_2_split_column;
