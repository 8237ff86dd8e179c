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
step_2_date_part AS (
  SELECT
    *,
    CASE
      WHEN EXTRACT(MONTH FROM `visited`) = 1 THEN 'January'
      WHEN EXTRACT(MONTH FROM `visited`) = 2 THEN 'February'
      WHEN EXTRACT(MONTH FROM `visited`) = 3 THEN 'March'
      WHEN EXTRACT(MONTH FROM `visited`) = 4 THEN 'April'
      WHEN EXTRACT(MONTH FROM `visited`) = 5 THEN 'May'
      WHEN EXTRACT(MONTH FROM `visited`) = 6 THEN 'June'
      WHEN EXTRACT(MONTH FROM `visited`) = 7 THEN 'July'
      WHEN EXTRACT(MONTH FROM `visited`) = 8 THEN 'August'
      WHEN EXTRACT(MONTH FROM `visited`) = 9 THEN 'September'
      WHEN EXTRACT(MONTH FROM `visited`) = 10 THEN 'October'
      WHEN EXTRACT(MONTH FROM `visited`) = 11 THEN 'November'
      WHEN EXTRACT(MONTH FROM `visited`) = 12 THEN 'December'
      ELSE CAST(NULL AS STRING)
    END AS `month`
  FROM step_1_source
),
step_3_date_part AS (
  SELECT
    *,
    (MOD(EXTRACT(DAYOFWEEK FROM `visited`) + 5, 7) + 1) AS `weekday`
  FROM step_2_date_part
),
step_4_date_part AS (
  SELECT
    *,
    EXTRACT(ISOWEEK FROM `visited`) AS `week`
  FROM step_3_date_part
),
step_5_date_part AS (
  SELECT
    *,
    EXTRACT(YEAR FROM IF(-3 BETWEEN DATE_DIFF(DATE '0001-01-01', `visited`, MONTH) AND DATE_DIFF(DATE '9999-12-31', `visited`, MONTH), DATE_ADD(`visited`, INTERVAL -3 MONTH), NULL)) AS `fiscal`
  FROM step_4_date_part
),
step_6_date_part AS (
  SELECT
    *,
    EXTRACT(HOUR FROM DATETIME(`seen`, 'UTC')) AS `hour`
  FROM step_5_date_part
)
SELECT *
FROM step_6_date_part;

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
step_2_date_part AS (
  SELECT
    *,
    DATE_TRUNC(CAST(`visited` AS DATE), ISOWEEK) AS `monday`
  FROM step_1_source
)
SELECT *
FROM step_2_date_part;

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
step_2_date_part AS (
  SELECT
    *,
    CASE
      WHEN CAST(DATETIME(`seen`, 'UTC') AS DATE) >= `visited` THEN SAFE_CAST(ROUND(FLOOR((ROUND(SAFE_DIVIDE(CAST(CAST((extract(year FROM CAST(DATETIME(`seen`, 'UTC') AS DATE)) - extract(year FROM `visited`)) * 12 + extract(month FROM CAST(DATETIME(`seen`, 'UTC') AS DATE)) - extract(month FROM `visited`) - CASE WHEN extract(day FROM CAST(DATETIME(`seen`, 'UTC') AS DATE)) < extract(day FROM `visited`) THEN 1 ELSE 0 END AS BIGINT) AS BIGNUMERIC), CAST(12 AS BIGNUMERIC)), 10)))) AS INT64)
      WHEN CAST(DATETIME(`seen`, 'UTC') AS DATE) < `visited` THEN SAFE_CAST(ROUND((SAFE_SUBTRACT(CAST(0 AS BIGNUMERIC), CAST(SAFE_CAST(ROUND(FLOOR((ROUND(SAFE_DIVIDE(CAST(CAST((extract(year FROM `visited`) - extract(year FROM CAST(DATETIME(`seen`, 'UTC') AS DATE))) * 12 + extract(month FROM `visited`) - extract(month FROM CAST(DATETIME(`seen`, 'UTC') AS DATE)) - CASE WHEN extract(day FROM `visited`) < extract(day FROM CAST(DATETIME(`seen`, 'UTC') AS DATE)) THEN 1 ELSE 0 END AS BIGINT) AS BIGNUMERIC), CAST(12 AS BIGNUMERIC)), 10)))) AS INT64) AS BIGNUMERIC)))) AS INT64)
      ELSE CAST(NULL AS INT64)
    END AS `years`
  FROM step_1_source
)
SELECT *
FROM step_2_date_part;
