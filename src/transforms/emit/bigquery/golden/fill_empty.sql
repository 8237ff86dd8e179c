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
step_2_fill_empty AS (
  SELECT
    `id`,
    `district`,
    `village`,
    `visited`,
    `seen`,
    `age`,
    COALESCE(`cost`, CAST(0 AS BIGNUMERIC)) AS `cost`,
    `weight`,
    `consent`,
    `notes`,
    `answers`
  FROM step_1_source
)
SELECT *
FROM step_2_fill_empty;

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
step_2_fill_empty AS (
  SELECT
    `id`,
    `district`,
    COALESCE((CASE
      WHEN (`village` IS NULL) OR (TRIM(`village`, '\u0009\u000a\u000b\u000c\u000d \u0085\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u200b\u2028\u2029\u202f\u205f\u3000\ufeff') = '') THEN CAST(NULL AS STRING)
      ELSE `village`
    END), (CASE
      WHEN (`district` IS NULL) OR (TRIM(`district`, '\u0009\u000a\u000b\u000c\u000d \u0085\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u200b\u2028\u2029\u202f\u205f\u3000\ufeff') = '') THEN CAST(NULL AS STRING)
      ELSE `district`
    END)) AS `village`,
    `visited`,
    `seen`,
    `age`,
    `cost`,
    `weight`,
    `consent`,
    `notes`,
    `answers`
  FROM step_1_source
)
SELECT *
FROM step_2_fill_empty;

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
step_2_fill_empty AS (
  SELECT
    `id`,
    `district`,
    `village`,
    `visited`,
    `seen`,
    `age`,
    MAX(`cost`) OVER (PARTITION BY `district`, `_dalgo_fill_2_1`) AS `cost`,
    `weight`,
    `consent`,
    `notes`,
    `answers`
  FROM (
  SELECT
    *,
    COUNT(`cost`) OVER (PARTITION BY `district` ORDER BY `visited` IS NULL, `visited`, `id` IS NULL, `id`, `district` IS NULL, `district`, `village` IS NULL, `village`, `seen` IS NULL, `seen`, `age` IS NULL, `age`, `cost` IS NULL, `cost`, `weight` IS NULL, `weight`, `consent` IS NULL, `consent`, `notes` IS NULL, `notes`, `answers` IS NULL, TO_JSON_STRING(`answers`) ROWS UNBOUNDED PRECEDING) AS `_dalgo_fill_2_1`
  FROM step_1_source
  ) AS part_1
)
SELECT *
FROM step_2_fill_empty;
