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
step_2_select AS (
  SELECT
    `district`,
    `age`
  FROM step_1_source
)
SELECT *
FROM step_2_select;
