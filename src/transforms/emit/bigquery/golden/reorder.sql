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
step_2_reorder AS (
  SELECT
    `cost`,
    `id`,
    `district`,
    `village`,
    `visited`,
    `seen`,
    `age`,
    `weight`,
    `consent`,
    `notes`,
    `answers`
  FROM step_1_source
)
SELECT *
FROM step_2_reorder;
