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
step_2_filter AS (
  SELECT *
  FROM step_1_source
  WHERE `age` >= 18
)
SELECT *
FROM step_2_filter;

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
step_2_filter AS (
  SELECT *
  FROM step_1_source
  WHERE LOWER(`notes`) LIKE LOWER('%50\\%\\_\'x%')
)
SELECT *
FROM step_2_filter;

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
step_2_filter AS (
  SELECT *
  FROM step_1_source
  WHERE (`district` IN ('Pune', 'Nashik')) OR ((`village` IS NULL) OR (TRIM(`village`, '\u0009\u000a\u000b\u000c\u000d \u0085\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u200b\u2028\u2029\u202f\u205f\u3000\ufeff') = '')) OR ((`visited` >= DATE '2026-01-01') AND (`visited` <= DATE '2026-03-31')) OR (LOWER(`district`) IS DISTINCT FROM LOWER('pune'))
)
SELECT *
FROM step_2_filter;
