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
step_2_window AS (
  SELECT
    *,
    SUM(`cost`) OVER (PARTITION BY `district` ORDER BY `visited` IS NULL, `visited`, `id` IS NULL, `id`, `district` IS NULL, `district`, `village` IS NULL, `village`, `seen` IS NULL, `seen`, `age` IS NULL, `age`, `cost` IS NULL, `cost`, `weight` IS NULL, `weight`, `consent` IS NULL, `consent`, `notes` IS NULL, `notes`, `answers` IS NULL, TO_JSON_STRING(`answers`) ROWS UNBOUNDED PRECEDING) AS `so far`
  FROM step_1_source
),
step_3_window AS (
  SELECT
    *,
    rank() OVER (ORDER BY `cost` IS NULL, `cost` DESC) AS `rank`
  FROM step_2_window
),
step_4_window AS (
  SELECT
    *,
    lag(`cost`, 1) OVER (ORDER BY `visited` IS NULL, `visited`, `id` IS NULL, `id`, `district` IS NULL, `district`, `village` IS NULL, `village`, `seen` IS NULL, `seen`, `age` IS NULL, `age`, `cost` IS NULL, `cost`, `weight` IS NULL, `weight`, `consent` IS NULL, `consent`, `notes` IS NULL, `notes`, `answers` IS NULL, TO_JSON_STRING(`answers`), `so far` IS NULL, `so far`, `rank` IS NULL, `rank`) AS `before`
  FROM step_3_window
),
step_5_window AS (
  SELECT
    *,
    ROUND(SAFE_DIVIDE(`_dalgo_window_5_1`, CAST(`_dalgo_window_5_2` AS BIGNUMERIC)), 10) AS `of three`
  FROM (
  SELECT
    *,
    SUM(`cost`) OVER (ORDER BY `visited` IS NULL, `visited`, `id` IS NULL, `id`, `district` IS NULL, `district`, `village` IS NULL, `village`, `seen` IS NULL, `seen`, `age` IS NULL, `age`, `cost` IS NULL, `cost`, `weight` IS NULL, `weight`, `consent` IS NULL, `consent`, `notes` IS NULL, `notes`, `answers` IS NULL, TO_JSON_STRING(`answers`), `so far` IS NULL, `so far`, `rank` IS NULL, `rank`, `before` IS NULL, `before` ROWS BETWEEN 2 PRECEDING AND CURRENT ROW) AS `_dalgo_window_5_1`,
    COUNT(`cost`) OVER (ORDER BY `visited` IS NULL, `visited`, `id` IS NULL, `id`, `district` IS NULL, `district`, `village` IS NULL, `village`, `seen` IS NULL, `seen`, `age` IS NULL, `age`, `cost` IS NULL, `cost`, `weight` IS NULL, `weight`, `consent` IS NULL, `consent`, `notes` IS NULL, `notes`, `answers` IS NULL, TO_JSON_STRING(`answers`), `so far` IS NULL, `so far`, `rank` IS NULL, `rank`, `before` IS NULL, `before` ROWS BETWEEN 2 PRECEDING AND CURRENT ROW) AS `_dalgo_window_5_2`
  FROM step_4_window
  ) AS part_1
),
step_6_window AS (
  SELECT
    *,
    ROUND(SAFE_DIVIDE((ROUND(SAFE_MULTIPLY(`cost`, CAST(100 AS BIGNUMERIC)), 10)), `_dalgo_window_6_1`), 10) AS `percent`
  FROM (
  SELECT
    *,
    SUM(`cost`) OVER () AS `_dalgo_window_6_1`
  FROM step_5_window
  ) AS part_1
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
  `answers`,
  `so far`,
  `rank`,
  `before`,
  `of three`,
  `percent`
FROM step_6_window;
