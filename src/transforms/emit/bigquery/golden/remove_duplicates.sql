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
step_2_remove_duplicates AS (
  SELECT *
  FROM (
  SELECT
    *,
    row_number() OVER (PARTITION BY `village` ORDER BY `visited` IS NULL, `visited` DESC, `id` IS NULL, `id` DESC, `district` IS NULL, `district` DESC, `village` IS NULL, `village` DESC, `seen` IS NULL, `seen` DESC, `age` IS NULL, `age` DESC, `cost` IS NULL, `cost` DESC, `weight` IS NULL, `weight` DESC, `consent` IS NULL, `consent` DESC, `notes` IS NULL, `notes` DESC, `answers` IS NULL, TO_JSON_STRING(`answers`) DESC) AS `_dalgo_first_2`
  FROM step_1_source
  ) AS part_1
  WHERE `_dalgo_first_2` <= 1
)
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
FROM step_2_remove_duplicates;
