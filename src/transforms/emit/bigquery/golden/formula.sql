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
step_2_formula AS (
  SELECT
    *,
    CASE
      WHEN `age` >= 18 THEN UPPER(`district`)
      ELSE 'child'
    END AS `label`
  FROM step_1_source
)
SELECT *
FROM step_2_formula;
