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
step_2_sort AS (
  SELECT *
  FROM step_1_source -- its order is that of the last SELECT
)
SELECT *
FROM step_2_sort
ORDER BY `district` IS NULL, `district`, `cost` IS NULL, `cost` DESC;
