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
step_2_sample AS (
  SELECT *
  FROM (
  SELECT
    *,
    row_number() OVER (ORDER BY `_dalgo_draw_2` IS NULL, `_dalgo_draw_2`, `id` IS NULL, `id`, `district` IS NULL, `district`, `village` IS NULL, `village`, `visited` IS NULL, `visited`, `seen` IS NULL, `seen`, `age` IS NULL, `age`, `cost` IS NULL, `cost`, `weight` IS NULL, `weight`, `consent` IS NULL, `consent`, `notes` IS NULL, `notes`, `answers` IS NULL, TO_JSON_STRING(`answers`)) AS `_dalgo_first_2`
  FROM (
  SELECT
    *,
    TO_HEX(SHA256(ARRAY_TO_STRING(['7', '', COALESCE(CAST(`id` AS STRING), ''), '', COALESCE(`district`, ''), '', COALESCE(`village`, ''), '', COALESCE(CAST(`visited` AS STRING), ''), '', COALESCE(FORMAT_DATETIME('%E4Y-%m-%d %H:%M:%S', DATETIME(`seen`, 'UTC')), ''), '', COALESCE(CAST(`age` AS STRING), ''), '', COALESCE(CAST(`cost` AS STRING), ''), '', COALESCE(CAST(`consent` AS STRING), ''), '', COALESCE(`notes`, '')], ''))) AS `_dalgo_draw_2`
  FROM step_1_source
  ) AS part_1
  ) AS part_1
  WHERE `_dalgo_first_2` <= 100
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
FROM step_2_sample;
