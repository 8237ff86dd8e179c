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
step_2_clean AS (
  SELECT
    `id`,
    INITCAP(TRIM(`district`, '\u0009\u000a\u000b\u000c\u000d \u0085\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u200b\u2028\u2029\u202f\u205f\u3000\ufeff'), '\u0009\u000a\u000b\u000c\u000d \u0085\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u200b\u2028\u2029\u202f\u205f\u3000\ufeff-/\\()[]{},.;:!?&+_|"') AS `district`,
    `village`,
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
FROM step_2_clean;

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
step_2_clean AS (
  SELECT
    `id`,
    LOWER(UPPER(`district`)) AS `district`,
    `village`,
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
FROM step_2_clean;
