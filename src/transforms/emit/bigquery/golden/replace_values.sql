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
step_2_replace_values AS (
  SELECT
    `id`,
    CASE
      WHEN `district` = 'Puna' THEN 'Pune'
      WHEN `district` = 'n/a' THEN CAST(NULL AS STRING)
      ELSE `district`
    END AS `district`,
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
FROM step_2_replace_values;

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
step_2_replace_values AS (
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
    REGEXP_REPLACE(`notes`, '(?i)Dr\\.', '') AS `notes`,
    `answers`
  FROM step_1_source
)
SELECT *
FROM step_2_replace_values;
