-- IF([Age] >= 18, "adult", "child")
step_2_formula AS (
  SELECT
    *,
    CASE
      WHEN `Age` >= CAST(18 AS BIGNUMERIC) THEN 'adult'
      ELSE 'child'
    END AS `Result`
  FROM step_1_source
),
step_3_select AS (
  SELECT
    `Result`
  FROM step_2_formula
)
SELECT *
FROM step_3_select;

-- IFS([Score] >= 80, "A", [Score] >= 60, "B", TRUE, "C")
step_2_formula AS (
  SELECT
    *,
    CASE
      WHEN `Score` >= CAST(80 AS BIGNUMERIC) THEN 'A'
      WHEN `Score` >= CAST(60 AS BIGNUMERIC) THEN 'B'
      WHEN TRUE THEN 'C'
      ELSE CAST(NULL AS STRING)
    END AS `Result`
  FROM step_1_source
),
step_3_select AS (
  SELECT
    `Result`
  FROM step_2_formula
)
SELECT *
FROM step_3_select;

-- SWITCH([Gender], "F", "Female", "M", "Male", "Other")
step_2_formula AS (
  SELECT
    *,
    CASE
      WHEN `Gender` = 'F' THEN 'Female'
      WHEN `Gender` = 'M' THEN 'Male'
      ELSE 'Other'
    END AS `Result`
  FROM step_1_source
),
step_3_select AS (
  SELECT
    `Result`
  FROM step_2_formula
)
SELECT *
FROM step_3_select;

-- AND([Age] >= 18, [Consent])
step_2_formula AS (
  SELECT
    *,
    (`Age` >= CAST(18 AS BIGNUMERIC)) AND `Consent` AS `Result`
  FROM step_1_source
),
step_3_select AS (
  SELECT
    `Result`
  FROM step_2_formula
)
SELECT *
FROM step_3_select;

-- OR([District] = "Pune", [District] = "Nashik")
step_2_formula AS (
  SELECT
    *,
    (`District` = 'Pune') OR (`District` = 'Nashik') AS `Result`
  FROM step_1_source
),
step_3_select AS (
  SELECT
    `Result`
  FROM step_2_formula
)
SELECT *
FROM step_3_select;

-- NOT([Active])
step_2_formula AS (
  SELECT
    *,
    NOT `Active` AS `Result`
  FROM step_1_source
),
step_3_select AS (
  SELECT
    `Result`
  FROM step_2_formula
)
SELECT *
FROM step_3_select;

-- XOR([Active], [Consent])
step_2_formula AS (
  SELECT
    *,
    COALESCE(`Active`, FALSE) IS DISTINCT FROM COALESCE(`Consent`, FALSE) AS `Result`
  FROM step_1_source
),
step_3_select AS (
  SELECT
    `Result`
  FROM step_2_formula
)
SELECT *
FROM step_3_select;

-- CHOOSE([Month], "Jan", "Feb", "Mar")
step_2_formula AS (
  SELECT
    *,
    CASE
      WHEN `Month` = CAST(1 AS BIGNUMERIC) THEN 'Jan'
      WHEN `Month` = CAST(2 AS BIGNUMERIC) THEN 'Feb'
      WHEN `Month` = CAST(3 AS BIGNUMERIC) THEN 'Mar'
      ELSE CAST(NULL AS STRING)
    END AS `Result`
  FROM step_1_source
),
step_3_select AS (
  SELECT
    `Result`
  FROM step_2_formula
)
SELECT *
FROM step_3_select;

-- IFERROR([Cost] / [Days], 0)
step_2_formula AS (
  SELECT
    *,
    COALESCE((ROUND(SAFE_DIVIDE(`Cost`, `Days`), 10)), CAST(0 AS BIGNUMERIC)) AS `Result`
  FROM step_1_source
),
step_3_select AS (
  SELECT
    `Result`
  FROM step_2_formula
)
SELECT *
FROM step_3_select;

-- ISNUMBER([Code])
step_2_formula AS (
  SELECT
    *,
    CASE WHEN REGEXP_CONTAINS(TRIM(`Code`, '\u0009\u000a\u000b\u000c\u000d \u0085\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u200b\u2028\u2029\u202f\u205f\u3000\ufeff'), '^[+-]?([0-9]{1,28}([.][0-9]{0,200})?|[.][0-9]{1,200})([eE][+-]?[0-9])?$') THEN SAFE_CAST(TRIM(`Code`, '\u0009\u000a\u000b\u000c\u000d \u0085\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u200b\u2028\u2029\u202f\u205f\u3000\ufeff') AS BIGNUMERIC) WHEN REGEXP_CONTAINS(TRIM(`Code`, '\u0009\u000a\u000b\u000c\u000d \u0085\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u200b\u2028\u2029\u202f\u205f\u3000\ufeff'), '^[+-]?[0-9]{1,3}(,[0-9]{2,3}){0,8},[0-9]{3}([.][0-9]{0,200})?$') THEN SAFE_CAST(REPLACE(TRIM(`Code`, '\u0009\u000a\u000b\u000c\u000d \u0085\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u200b\u2028\u2029\u202f\u205f\u3000\ufeff'), ',', '') AS BIGNUMERIC) END IS NOT NULL AS `Result`
  FROM step_1_source
),
step_3_select AS (
  SELECT
    `Result`
  FROM step_2_formula
)
SELECT *
FROM step_3_select;

-- ISBLANK([Phone])
step_2_formula AS (
  SELECT
    *,
    (`Phone` IS NULL) OR (TRIM(`Phone`, '\u0009\u000a\u000b\u000c\u000d \u0085\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u200b\u2028\u2029\u202f\u205f\u3000\ufeff') = '') AS `Result`
  FROM step_1_source
),
step_3_select AS (
  SELECT
    `Result`
  FROM step_2_formula
)
SELECT *
FROM step_3_select;

-- COALESCE([Mobile], [Phone], "none")
step_2_formula AS (
  SELECT
    *,
    COALESCE((CASE
      WHEN (`Mobile` IS NULL) OR (TRIM(`Mobile`, '\u0009\u000a\u000b\u000c\u000d \u0085\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u200b\u2028\u2029\u202f\u205f\u3000\ufeff') = '') THEN CAST(NULL AS STRING)
      ELSE `Mobile`
    END), (CASE
      WHEN (`Phone` IS NULL) OR (TRIM(`Phone`, '\u0009\u000a\u000b\u000c\u000d \u0085\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u200b\u2028\u2029\u202f\u205f\u3000\ufeff') = '') THEN CAST(NULL AS STRING)
      ELSE `Phone`
    END), (CASE
      WHEN ('none' IS NULL) OR (TRIM('none', '\u0009\u000a\u000b\u000c\u000d \u0085\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u200b\u2028\u2029\u202f\u205f\u3000\ufeff') = '') THEN CAST(NULL AS STRING)
      ELSE 'none'
    END)) AS `Result`
  FROM step_1_source
),
step_3_select AS (
  SELECT
    `Result`
  FROM step_2_formula
)
SELECT *
FROM step_3_select;

-- IF([Age] > 120, BLANK(), [Age])
step_2_formula AS (
  SELECT
    *,
    CASE
      WHEN `Age` > CAST(120 AS BIGNUMERIC) THEN CAST(NULL AS BIGNUMERIC)
      ELSE `Age`
    END AS `Result`
  FROM step_1_source
),
step_3_select AS (
  SELECT
    `Result`
  FROM step_2_formula
)
SELECT *
FROM step_3_select;

-- TRIM([Name])
step_2_formula AS (
  SELECT
    *,
    TRIM(`Name`, '\u0009\u000a\u000b\u000c\u000d \u0085\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u200b\u2028\u2029\u202f\u205f\u3000\ufeff') AS `Result`
  FROM step_1_source
),
step_3_select AS (
  SELECT
    `Result`
  FROM step_2_formula
)
SELECT *
FROM step_3_select;

-- CLEAN([Notes])
step_2_formula AS (
  SELECT
    *,
    REGEXP_REPLACE(`Notes`, '[-]', '') AS `Result`
  FROM step_1_source
),
step_3_select AS (
  SELECT
    `Result`
  FROM step_2_formula
)
SELECT *
FROM step_3_select;

-- UPPER([Code])
step_2_formula AS (
  SELECT
    *,
    UPPER(`Code`) AS `Result`
  FROM step_1_source
),
step_3_select AS (
  SELECT
    `Result`
  FROM step_2_formula
)
SELECT *
FROM step_3_select;

-- LOWER([Email])
step_2_formula AS (
  SELECT
    *,
    LOWER(`Email`) AS `Result`
  FROM step_1_source
),
step_3_select AS (
  SELECT
    `Result`
  FROM step_2_formula
)
SELECT *
FROM step_3_select;

-- PROPER([Name])
step_2_formula AS (
  SELECT
    *,
    INITCAP(`Name`, '\u0009\u000a\u000b\u000c\u000d \u0085\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u200b\u2028\u2029\u202f\u205f\u3000\ufeff-/\\()[]{},.;:!?&+_|"') AS `Result`
  FROM step_1_source
),
step_3_select AS (
  SELECT
    `Result`
  FROM step_2_formula
)
SELECT *
FROM step_3_select;

-- LEFT([Code], 3)
step_2_formula AS (
  SELECT
    *,
    LEFT(`Code`, 3) AS `Result`
  FROM step_1_source
),
step_3_select AS (
  SELECT
    `Result`
  FROM step_2_formula
)
SELECT *
FROM step_3_select;

-- RIGHT([Phone], 4)
step_2_formula AS (
  SELECT
    *,
    RIGHT(`Phone`, 4) AS `Result`
  FROM step_1_source
),
step_3_select AS (
  SELECT
    `Result`
  FROM step_2_formula
)
SELECT *
FROM step_3_select;

-- MID([Code], 4, 2)
step_2_formula AS (
  SELECT
    *,
    SUBSTR(`Code`, 4, 2) AS `Result`
  FROM step_1_source
),
step_3_select AS (
  SELECT
    `Result`
  FROM step_2_formula
)
SELECT *
FROM step_3_select;

-- LEN([Phone])
step_2_formula AS (
  SELECT
    *,
    CHAR_LENGTH(`Phone`) AS `Result`
  FROM step_1_source
),
step_3_select AS (
  SELECT
    `Result`
  FROM step_2_formula
)
SELECT *
FROM step_3_select;

-- FIND("-", [Code])
step_2_formula AS (
  SELECT
    *,
    CASE
      WHEN STRPOS(`Code`, '-') > 0 THEN STRPOS(`Code`, '-')
      ELSE CAST(NULL AS INT64)
    END AS `Result`
  FROM step_1_source
),
step_3_select AS (
  SELECT
    `Result`
  FROM step_2_formula
)
SELECT *
FROM step_3_select;

-- SEARCH("pune", [Address])
step_2_formula AS (
  SELECT
    *,
    CASE
      WHEN STRPOS(LOWER(`Address`), LOWER('pune')) > 0 THEN STRPOS(LOWER(`Address`), LOWER('pune'))
      ELSE CAST(NULL AS INT64)
    END AS `Result`
  FROM step_1_source
),
step_3_select AS (
  SELECT
    `Result`
  FROM step_2_formula
)
SELECT *
FROM step_3_select;

-- EXACT([First], [Last])
step_2_formula AS (
  SELECT
    *,
    COALESCE(`First`, '') = COALESCE(`Last`, '') AS `Result`
  FROM step_1_source
),
step_3_select AS (
  SELECT
    `Result`
  FROM step_2_formula
)
SELECT *
FROM step_3_select;

-- CONTAINS([Notes], "urgent")
step_2_formula AS (
  SELECT
    *,
    LOWER(`Notes`) LIKE LOWER('%urgent%') AS `Result`
  FROM step_1_source
),
step_3_select AS (
  SELECT
    `Result`
  FROM step_2_formula
)
SELECT *
FROM step_3_select;

-- STARTSWITH([Code], "MH")
step_2_formula AS (
  SELECT
    *,
    LOWER(`Code`) LIKE LOWER('MH%') AS `Result`
  FROM step_1_source
),
step_3_select AS (
  SELECT
    `Result`
  FROM step_2_formula
)
SELECT *
FROM step_3_select;

-- ENDSWITH([Email], ".org")
step_2_formula AS (
  SELECT
    *,
    LOWER(`Email`) LIKE LOWER('%.org') AS `Result`
  FROM step_1_source
),
step_3_select AS (
  SELECT
    `Result`
  FROM step_2_formula
)
SELECT *
FROM step_3_select;

-- SUBSTITUTE([Phone], "-", "")
step_2_formula AS (
  SELECT
    *,
    REPLACE(`Phone`, '-', '') AS `Result`
  FROM step_1_source
),
step_3_select AS (
  SELECT
    `Result`
  FROM step_2_formula
)
SELECT *
FROM step_3_select;

-- REPLACE([Phone], 1, 2, "+91")
step_2_formula AS (
  SELECT
    *,
    CASE
      WHEN `Phone` IS NULL THEN CAST(NULL AS STRING)
      ELSE ARRAY_TO_STRING([LEFT(`Phone`, CAST(least(greatest(SAFE_CAST(ROUND((SAFE_ADD(CAST(1 AS BIGNUMERIC), CAST(-1 AS BIGNUMERIC)))) AS INT64), 0), 100000000) AS INT64)), '+91', SUBSTR(`Phone`, CAST(least(greatest(SAFE_CAST(ROUND((SAFE_ADD(CAST(1 AS BIGNUMERIC), CAST(2 AS BIGNUMERIC)))) AS INT64), 1), 100000000) AS INT64), CAST(least(greatest(100000000, 0), 100000000) AS INT64))], '')
    END AS `Result`
  FROM step_1_source
),
step_3_select AS (
  SELECT
    `Result`
  FROM step_2_formula
)
SELECT *
FROM step_3_select;

-- CONCAT([First], " ", [Last])
step_2_formula AS (
  SELECT
    *,
    ARRAY_TO_STRING([`First`, ' ', `Last`], '') AS `Result`
  FROM step_1_source
),
step_3_select AS (
  SELECT
    `Result`
  FROM step_2_formula
)
SELECT *
FROM step_3_select;

-- TEXTJOIN(", ", [Village], [District])
step_2_formula AS (
  SELECT
    *,
    NULLIF(ARRAY_TO_STRING([NULLIF(`Village`, ''), NULLIF(`District`, '')], ', '), '') AS `Result`
  FROM step_1_source
),
step_3_select AS (
  SELECT
    `Result`
  FROM step_2_formula
)
SELECT *
FROM step_3_select;

-- SPLIT([Name], " ", 1)
step_2_formula AS (
  SELECT
    *,
    NULLIF(SPLIT(`Name`, ' ')[SAFE_ORDINAL(1)], '') AS `Result`
  FROM step_1_source
),
step_3_select AS (
  SELECT
    `Result`
  FROM step_2_formula
)
SELECT *
FROM step_3_select;

-- REGEXMATCH([Phone], "^\d{10}$")
step_2_formula AS (
  SELECT
    *,
    REGEXP_CONTAINS(`Phone`, '^[0-9]{10}$') AS `Result`
  FROM step_1_source
),
step_3_select AS (
  SELECT
    `Result`
  FROM step_2_formula
)
SELECT *
FROM step_3_select;

-- REGEXEXTRACT([Address], "(\d{6})")
step_2_formula AS (
  SELECT
    *,
    REGEXP_EXTRACT(`Address`, '([0-9]{6})') AS `Result`
  FROM step_1_source
),
step_3_select AS (
  SELECT
    `Result`
  FROM step_2_formula
)
SELECT *
FROM step_3_select;

-- REGEXREPLACE([Phone], "\D", "")
step_2_formula AS (
  SELECT
    *,
    REGEXP_REPLACE(`Phone`, '[^0-9]', '') AS `Result`
  FROM step_1_source
),
step_3_select AS (
  SELECT
    `Result`
  FROM step_2_formula
)
SELECT *
FROM step_3_select;

-- ROUND([Cost] / 3, 2)
step_2_formula AS (
  SELECT
    *,
    ROUND((ROUND(SAFE_DIVIDE(`Cost`, CAST(3 AS BIGNUMERIC)), 10)), 2) AS `Result`
  FROM step_1_source
),
step_3_select AS (
  SELECT
    `Result`
  FROM step_2_formula
)
SELECT *
FROM step_3_select;

-- ROUNDUP([Days] / 7)
step_2_formula AS (
  SELECT
    *,
    CASE
      WHEN `_dalgo_part_2_1` < BIGNUMERIC '0' THEN (SAFE_SUBTRACT(BIGNUMERIC '0', `_dalgo_part_2_3`))
      ELSE `_dalgo_part_2_3`
    END AS `Result`
  FROM (
  SELECT
    *,
    ROUND(SAFE_MULTIPLY(CEIL(`_dalgo_part_2_2`), BIGNUMERIC '1'), 10) AS `_dalgo_part_2_3`
  FROM (
  SELECT
    *,
    ROUND(SAFE_MULTIPLY(ABS(`_dalgo_part_2_1`), BIGNUMERIC '1'), 10) AS `_dalgo_part_2_2`
  FROM (
  SELECT
    *,
    ROUND(SAFE_DIVIDE(`Days`, CAST(7 AS BIGNUMERIC)), 10) AS `_dalgo_part_2_1`
  FROM step_1_source
  ) AS part_1
  ) AS part_2
  ) AS part_3
),
step_3_select AS (
  SELECT
    `Result`,
    `_dalgo_part_2_1`,
    `_dalgo_part_2_2`,
    `_dalgo_part_2_3`
  FROM step_2_formula
)
SELECT
  `Result`
FROM step_3_select;

-- ROUNDDOWN([Cost], 1)
step_2_formula AS (
  SELECT
    *,
    CASE
      WHEN `Cost` < BIGNUMERIC '0' THEN (SAFE_SUBTRACT(BIGNUMERIC '0', (ROUND(SAFE_MULTIPLY(FLOOR((ROUND(SAFE_MULTIPLY(ABS(`Cost`), BIGNUMERIC '10'), 10))), BIGNUMERIC '0.1'), 10))))
      ELSE (ROUND(SAFE_MULTIPLY(FLOOR((ROUND(SAFE_MULTIPLY(ABS(`Cost`), BIGNUMERIC '10'), 10))), BIGNUMERIC '0.1'), 10))
    END AS `Result`
  FROM step_1_source
),
step_3_select AS (
  SELECT
    `Result`
  FROM step_2_formula
)
SELECT *
FROM step_3_select;

-- INT([Hours])
step_2_formula AS (
  SELECT
    *,
    FLOOR(`Hours`) AS `Result`
  FROM step_1_source
),
step_3_select AS (
  SELECT
    `Result`
  FROM step_2_formula
)
SELECT *
FROM step_3_select;

-- FLOOR([Age], 5)
step_2_formula AS (
  SELECT
    *,
    ROUND(SAFE_MULTIPLY(FLOOR((ROUND(SAFE_DIVIDE(`Age`, CAST(5 AS BIGNUMERIC)), 10))), CAST(5 AS BIGNUMERIC)), 10) AS `Result`
  FROM step_1_source
),
step_3_select AS (
  SELECT
    `Result`
  FROM step_2_formula
)
SELECT *
FROM step_3_select;

-- CEILING([Amount], 10)
step_2_formula AS (
  SELECT
    *,
    ROUND(SAFE_MULTIPLY(CEIL((ROUND(SAFE_DIVIDE(`Amount`, CAST(10 AS BIGNUMERIC)), 10))), CAST(10 AS BIGNUMERIC)), 10) AS `Result`
  FROM step_1_source
),
step_3_select AS (
  SELECT
    `Result`
  FROM step_2_formula
)
SELECT *
FROM step_3_select;

-- ABS([Change])
step_2_formula AS (
  SELECT
    *,
    ABS(`Change`) AS `Result`
  FROM step_1_source
),
step_3_select AS (
  SELECT
    `Result`
  FROM step_2_formula
)
SELECT *
FROM step_3_select;

-- SIGN([Change])
step_2_formula AS (
  SELECT
    *,
    CASE
      WHEN `Change` > BIGNUMERIC '0' THEN BIGNUMERIC '1'
      WHEN `Change` < BIGNUMERIC '0' THEN BIGNUMERIC '-1'
      ELSE `Change`
    END AS `Result`
  FROM step_1_source
),
step_3_select AS (
  SELECT
    `Result`
  FROM step_2_formula
)
SELECT *
FROM step_3_select;

-- MOD([Number], 2)
step_2_formula AS (
  SELECT
    *,
    MOD(MOD(`Number`, NULLIF(CAST(2 AS BIGNUMERIC), 0)) + CAST(2 AS BIGNUMERIC), NULLIF(CAST(2 AS BIGNUMERIC), 0)) AS `Result`
  FROM step_1_source
),
step_3_select AS (
  SELECT
    `Result`
  FROM step_2_formula
)
SELECT *
FROM step_3_select;

-- QUOTIENT([Days], 7)
step_2_formula AS (
  SELECT
    *,
    CASE
      WHEN (ROUND(SAFE_DIVIDE(`Days`, CAST(7 AS BIGNUMERIC)), 10)) < BIGNUMERIC '0' THEN (SAFE_SUBTRACT(BIGNUMERIC '0', FLOOR(ABS((ROUND(SAFE_DIVIDE(`Days`, CAST(7 AS BIGNUMERIC)), 10))))))
      ELSE FLOOR(ABS((ROUND(SAFE_DIVIDE(`Days`, CAST(7 AS BIGNUMERIC)), 10))))
    END AS `Result`
  FROM step_1_source
),
step_3_select AS (
  SELECT
    `Result`
  FROM step_2_formula
)
SELECT *
FROM step_3_select;

-- POWER([Height], 2)
step_2_formula AS (
  SELECT
    *,
    ROUND(SAFE_CAST(FORMAT('%.15g', SAFE.POW(CAST(`Height` AS FLOAT64), CAST(CAST(2 AS BIGNUMERIC) AS FLOAT64))) AS BIGNUMERIC), 10) AS `Result`
  FROM step_1_source
),
step_3_select AS (
  SELECT
    `Result`
  FROM step_2_formula
)
SELECT *
FROM step_3_select;

-- SQRT([Area])
step_2_formula AS (
  SELECT
    *,
    ROUND(SAFE_CAST(FORMAT('%.15g', SAFE.POW(CAST(`Area` AS FLOAT64), CAST(BIGNUMERIC '0.5' AS FLOAT64))) AS BIGNUMERIC), 10) AS `Result`
  FROM step_1_source
),
step_3_select AS (
  SELECT
    `Result`
  FROM step_2_formula
)
SELECT *
FROM step_3_select;

-- TRUNC([Cost], 1)
step_2_formula AS (
  SELECT
    *,
    CASE
      WHEN `Cost` < BIGNUMERIC '0' THEN (SAFE_SUBTRACT(BIGNUMERIC '0', (ROUND(SAFE_MULTIPLY(FLOOR((ROUND(SAFE_MULTIPLY(ABS(`Cost`), BIGNUMERIC '10'), 10))), BIGNUMERIC '0.1'), 10))))
      ELSE (ROUND(SAFE_MULTIPLY(FLOOR((ROUND(SAFE_MULTIPLY(ABS(`Cost`), BIGNUMERIC '10'), 10))), BIGNUMERIC '0.1'), 10))
    END AS `Result`
  FROM step_1_source
),
step_3_select AS (
  SELECT
    `Result`
  FROM step_2_formula
)
SELECT *
FROM step_3_select;

-- SUM([First test], [Second test])
step_2_formula AS (
  SELECT
    *,
    SAFE_ADD(COALESCE(`First test`, BIGNUMERIC '0'), COALESCE(`Second test`, BIGNUMERIC '0')) AS `Result`
  FROM step_1_source
),
step_3_select AS (
  SELECT
    `Result`
  FROM step_2_formula
)
SELECT *
FROM step_3_select;

-- AVERAGE([First test], [Second test])
step_2_formula AS (
  SELECT
    *,
    ROUND(SAFE_DIVIDE((SAFE_ADD(COALESCE(`First test`, BIGNUMERIC '0'), COALESCE(`Second test`, BIGNUMERIC '0'))), (SAFE_ADD((CASE
      WHEN `First test` IS NULL THEN BIGNUMERIC '0'
      ELSE BIGNUMERIC '1'
    END), (CASE
      WHEN `Second test` IS NULL THEN BIGNUMERIC '0'
      ELSE BIGNUMERIC '1'
    END)))), 10) AS `Result`
  FROM step_1_source
),
step_3_select AS (
  SELECT
    `Result`
  FROM step_2_formula
)
SELECT *
FROM step_3_select;

-- MIN([First test], [Second test])
step_2_formula AS (
  SELECT
    *,
    (SELECT MIN(v) FROM UNNEST([`First test`, `Second test`]) AS v) AS `Result`
  FROM step_1_source
),
step_3_select AS (
  SELECT
    `Result`
  FROM step_2_formula
)
SELECT *
FROM step_3_select;

-- MAX([First test], [Second test])
step_2_formula AS (
  SELECT
    *,
    (SELECT MAX(v) FROM UNNEST([`First test`, `Second test`]) AS v) AS `Result`
  FROM step_1_source
),
step_3_select AS (
  SELECT
    `Result`
  FROM step_2_formula
)
SELECT *
FROM step_3_select;

-- TODAY() - [Visited]
step_2_formula AS (
  SELECT
    *,
    DATE_DIFF(CURRENT_DATE('UTC'), `Visited`, DAY) AS `Result`
  FROM step_1_source
),
step_3_select AS (
  SELECT
    `Result`
  FROM step_2_formula
)
SELECT *
FROM step_3_select;

-- NOW()
step_2_formula AS (
  SELECT
    *,
    DATETIME_TRUNC(CURRENT_DATETIME('UTC'), SECOND) AS `Result`
  FROM step_1_source
),
step_3_select AS (
  SELECT
    `Result`
  FROM step_2_formula
)
SELECT *
FROM step_3_select;

-- DATE([Year], [Month], 1)
step_2_formula AS (
  SELECT
    *,
    SAFE.DATE(SAFE_CAST(ROUND(`Year`) AS INT64), SAFE_CAST(ROUND(`Month`) AS INT64), 1) AS `Result`
  FROM step_1_source
),
step_3_select AS (
  SELECT
    `Result`
  FROM step_2_formula
)
SELECT *
FROM step_3_select;

-- YEAR([Born])
step_2_formula AS (
  SELECT
    *,
    EXTRACT(YEAR FROM `Born`) AS `Result`
  FROM step_1_source
),
step_3_select AS (
  SELECT
    `Result`
  FROM step_2_formula
)
SELECT *
FROM step_3_select;

-- QUARTER([Day])
step_2_formula AS (
  SELECT
    *,
    EXTRACT(QUARTER FROM `Day`) AS `Result`
  FROM step_1_source
),
step_3_select AS (
  SELECT
    `Result`
  FROM step_2_formula
)
SELECT *
FROM step_3_select;

-- MONTH([Day])
step_2_formula AS (
  SELECT
    *,
    EXTRACT(MONTH FROM `Day`) AS `Result`
  FROM step_1_source
),
step_3_select AS (
  SELECT
    `Result`
  FROM step_2_formula
)
SELECT *
FROM step_3_select;

-- WEEKNUM([Day])
step_2_formula AS (
  SELECT
    *,
    EXTRACT(ISOWEEK FROM `Day`) AS `Result`
  FROM step_1_source
),
step_3_select AS (
  SELECT
    `Result`
  FROM step_2_formula
)
SELECT *
FROM step_3_select;

-- DAY([Day])
step_2_formula AS (
  SELECT
    *,
    EXTRACT(DAY FROM `Day`) AS `Result`
  FROM step_1_source
),
step_3_select AS (
  SELECT
    `Result`
  FROM step_2_formula
)
SELECT *
FROM step_3_select;

-- WEEKDAY([Day])
step_2_formula AS (
  SELECT
    *,
    (MOD(EXTRACT(DAYOFWEEK FROM `Day`) + 5, 7) + 1) AS `Result`
  FROM step_1_source
),
step_3_select AS (
  SELECT
    `Result`
  FROM step_2_formula
)
SELECT *
FROM step_3_select;

-- HOUR([Started])
step_2_formula AS (
  SELECT
    *,
    EXTRACT(HOUR FROM `Started`) AS `Result`
  FROM step_1_source
),
step_3_select AS (
  SELECT
    `Result`
  FROM step_2_formula
)
SELECT *
FROM step_3_select;

-- MINUTE([Started])
step_2_formula AS (
  SELECT
    *,
    EXTRACT(MINUTE FROM `Started`) AS `Result`
  FROM step_1_source
),
step_3_select AS (
  SELECT
    `Result`
  FROM step_2_formula
)
SELECT *
FROM step_3_select;

-- SECOND([Started])
step_2_formula AS (
  SELECT
    *,
    EXTRACT(SECOND FROM `Started`) AS `Result`
  FROM step_1_source
),
step_3_select AS (
  SELECT
    `Result`
  FROM step_2_formula
)
SELECT *
FROM step_3_select;

-- FISCALYEAR([Day])
step_2_formula AS (
  SELECT
    *,
    EXTRACT(YEAR FROM IF(-3 BETWEEN DATE_DIFF(DATE '0001-01-01', `Day`, MONTH) AND DATE_DIFF(DATE '9999-12-31', `Day`, MONTH), DATE_ADD(`Day`, INTERVAL -3 MONTH), NULL)) AS `Result`
  FROM step_1_source
),
step_3_select AS (
  SELECT
    `Result`
  FROM step_2_formula
)
SELECT *
FROM step_3_select;

-- FISCALQUARTER([Day])
step_2_formula AS (
  SELECT
    *,
    EXTRACT(QUARTER FROM IF(-3 BETWEEN DATE_DIFF(DATE '0001-01-01', `Day`, MONTH) AND DATE_DIFF(DATE '9999-12-31', `Day`, MONTH), DATE_ADD(`Day`, INTERVAL -3 MONTH), NULL)) AS `Result`
  FROM step_1_source
),
step_3_select AS (
  SELECT
    `Result`
  FROM step_2_formula
)
SELECT *
FROM step_3_select;

-- EDATE([Enrolled], 6)
step_2_formula AS (
  SELECT
    *,
    IF(6 BETWEEN DATE_DIFF(DATE '0001-01-01', `Enrolled`, MONTH) AND DATE_DIFF(DATE '9999-12-31', `Enrolled`, MONTH), DATE_ADD(`Enrolled`, INTERVAL 6 MONTH), NULL) AS `Result`
  FROM step_1_source
),
step_3_select AS (
  SELECT
    `Result`
  FROM step_2_formula
)
SELECT *
FROM step_3_select;

-- EOMONTH([Day], 0)
step_2_formula AS (
  SELECT
    *,
    IF(-1 BETWEEN DATE_DIFF(DATE '0001-01-01', IF(1 BETWEEN DATE_DIFF(DATE '0001-01-01', DATE_TRUNC(CAST(IF(0 BETWEEN DATE_DIFF(DATE '0001-01-01', `Day`, MONTH) AND DATE_DIFF(DATE '9999-12-31', `Day`, MONTH), DATE_ADD(`Day`, INTERVAL 0 MONTH), NULL) AS DATE), MONTH), MONTH) AND DATE_DIFF(DATE '9999-12-31', DATE_TRUNC(CAST(IF(0 BETWEEN DATE_DIFF(DATE '0001-01-01', `Day`, MONTH) AND DATE_DIFF(DATE '9999-12-31', `Day`, MONTH), DATE_ADD(`Day`, INTERVAL 0 MONTH), NULL) AS DATE), MONTH), MONTH), DATE_ADD(DATE_TRUNC(CAST(IF(0 BETWEEN DATE_DIFF(DATE '0001-01-01', `Day`, MONTH) AND DATE_DIFF(DATE '9999-12-31', `Day`, MONTH), DATE_ADD(`Day`, INTERVAL 0 MONTH), NULL) AS DATE), MONTH), INTERVAL 1 MONTH), NULL), DAY) AND DATE_DIFF(DATE '9999-12-31', IF(1 BETWEEN DATE_DIFF(DATE '0001-01-01', DATE_TRUNC(CAST(IF(0 BETWEEN DATE_DIFF(DATE '0001-01-01', `Day`, MONTH) AND DATE_DIFF(DATE '9999-12-31', `Day`, MONTH), DATE_ADD(`Day`, INTERVAL 0 MONTH), NULL) AS DATE), MONTH), MONTH) AND DATE_DIFF(DATE '9999-12-31', DATE_TRUNC(CAST(IF(0 BETWEEN DATE_DIFF(DATE '0001-01-01', `Day`, MONTH) AND DATE_DIFF(DATE '9999-12-31', `Day`, MONTH), DATE_ADD(`Day`, INTERVAL 0 MONTH), NULL) AS DATE), MONTH), MONTH), DATE_ADD(DATE_TRUNC(CAST(IF(0 BETWEEN DATE_DIFF(DATE '0001-01-01', `Day`, MONTH) AND DATE_DIFF(DATE '9999-12-31', `Day`, MONTH), DATE_ADD(`Day`, INTERVAL 0 MONTH), NULL) AS DATE), MONTH), INTERVAL 1 MONTH), NULL), DAY), DATE_ADD(IF(1 BETWEEN DATE_DIFF(DATE '0001-01-01', DATE_TRUNC(CAST(IF(0 BETWEEN DATE_DIFF(DATE '0001-01-01', `Day`, MONTH) AND DATE_DIFF(DATE '9999-12-31', `Day`, MONTH), DATE_ADD(`Day`, INTERVAL 0 MONTH), NULL) AS DATE), MONTH), MONTH) AND DATE_DIFF(DATE '9999-12-31', DATE_TRUNC(CAST(IF(0 BETWEEN DATE_DIFF(DATE '0001-01-01', `Day`, MONTH) AND DATE_DIFF(DATE '9999-12-31', `Day`, MONTH), DATE_ADD(`Day`, INTERVAL 0 MONTH), NULL) AS DATE), MONTH), MONTH), DATE_ADD(DATE_TRUNC(CAST(IF(0 BETWEEN DATE_DIFF(DATE '0001-01-01', `Day`, MONTH) AND DATE_DIFF(DATE '9999-12-31', `Day`, MONTH), DATE_ADD(`Day`, INTERVAL 0 MONTH), NULL) AS DATE), MONTH), INTERVAL 1 MONTH), NULL), INTERVAL -1 DAY), NULL) AS `Result`
  FROM step_1_source
),
step_3_select AS (
  SELECT
    `Result`
  FROM step_2_formula
)
SELECT *
FROM step_3_select;

-- DAYS([Closed], [Opened])
step_2_formula AS (
  SELECT
    *,
    DATE_DIFF(`Closed`, `Opened`, DAY) AS `Result`
  FROM step_1_source
),
step_3_select AS (
  SELECT
    `Result`
  FROM step_2_formula
)
SELECT *
FROM step_3_select;

-- DATEDIF([Born], TODAY(), "Y")
step_2_formula AS (
  SELECT
    *,
    CASE
      WHEN CURRENT_DATE('UTC') >= `Born` THEN SAFE_CAST(ROUND(FLOOR(`_dalgo_part_2_2`)) AS INT64)
      WHEN CURRENT_DATE('UTC') < `Born` THEN SAFE_CAST(ROUND((SAFE_SUBTRACT(CAST(0 AS BIGNUMERIC), CAST(`_dalgo_part_2_5` AS BIGNUMERIC)))) AS INT64)
      ELSE CAST(NULL AS INT64)
    END AS `Result`
  FROM (
  SELECT
    *,
    SAFE_CAST(ROUND(FLOOR(`_dalgo_part_2_4`)) AS INT64) AS `_dalgo_part_2_5`
  FROM (
  SELECT
    *,
    ROUND(SAFE_DIVIDE(CAST(`_dalgo_part_2_1` AS BIGNUMERIC), CAST(12 AS BIGNUMERIC)), 10) AS `_dalgo_part_2_2`,
    ROUND(SAFE_DIVIDE(CAST(`_dalgo_part_2_3` AS BIGNUMERIC), CAST(12 AS BIGNUMERIC)), 10) AS `_dalgo_part_2_4`
  FROM (
  SELECT
    *,
    CAST((extract(year FROM CURRENT_DATE('UTC')) - extract(year FROM `Born`)) * 12 + extract(month FROM CURRENT_DATE('UTC')) - extract(month FROM `Born`) - CASE WHEN extract(day FROM CURRENT_DATE('UTC')) < extract(day FROM `Born`) THEN 1 ELSE 0 END AS BIGINT) AS `_dalgo_part_2_1`,
    CAST((extract(year FROM `Born`) - extract(year FROM CURRENT_DATE('UTC'))) * 12 + extract(month FROM `Born`) - extract(month FROM CURRENT_DATE('UTC')) - CASE WHEN extract(day FROM `Born`) < extract(day FROM CURRENT_DATE('UTC')) THEN 1 ELSE 0 END AS BIGINT) AS `_dalgo_part_2_3`
  FROM step_1_source
  ) AS part_1
  ) AS part_2
  ) AS part_3
),
step_3_select AS (
  SELECT
    `Result`,
    `_dalgo_part_2_1`,
    `_dalgo_part_2_3`,
    `_dalgo_part_2_2`,
    `_dalgo_part_2_4`,
    `_dalgo_part_2_5`
  FROM step_2_formula
)
SELECT
  `Result`
FROM step_3_select;

-- STARTOF([Day], "month")
step_2_formula AS (
  SELECT
    *,
    DATE_TRUNC(CAST(`Day` AS DATE), MONTH) AS `Result`
  FROM step_1_source
),
step_3_select AS (
  SELECT
    `Result`
  FROM step_2_formula
)
SELECT *
FROM step_3_select;

-- VALUE([Amount])
step_2_formula AS (
  SELECT
    *,
    CASE WHEN REGEXP_CONTAINS(TRIM(`Amount`, '\u0009\u000a\u000b\u000c\u000d \u0085\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u200b\u2028\u2029\u202f\u205f\u3000\ufeff'), '^[+-]?([0-9]{1,28}([.][0-9]{0,200})?|[.][0-9]{1,200})([eE][+-]?[0-9])?$') THEN SAFE_CAST(TRIM(`Amount`, '\u0009\u000a\u000b\u000c\u000d \u0085\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u200b\u2028\u2029\u202f\u205f\u3000\ufeff') AS BIGNUMERIC) WHEN REGEXP_CONTAINS(TRIM(`Amount`, '\u0009\u000a\u000b\u000c\u000d \u0085\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u200b\u2028\u2029\u202f\u205f\u3000\ufeff'), '^[+-]?[0-9]{1,3}(,[0-9]{2,3}){0,8},[0-9]{3}([.][0-9]{0,200})?$') THEN SAFE_CAST(REPLACE(TRIM(`Amount`, '\u0009\u000a\u000b\u000c\u000d \u0085\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u200b\u2028\u2029\u202f\u205f\u3000\ufeff'), ',', '') AS BIGNUMERIC) END AS `Result`
  FROM step_1_source
),
step_3_select AS (
  SELECT
    `Result`
  FROM step_2_formula
)
SELECT *
FROM step_3_select;

-- DATEVALUE([Date], "DD/MM/YYYY")
step_2_formula AS (
  SELECT
    *,
    CASE WHEN REGEXP_CONTAINS(TRIM((CASE
      WHEN REGEXP_CONTAINS(LOWER(TRIM(`Date`, '\u0009\u000a\u000b\u000c\u000d \u0085\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u200b\u2028\u2029\u202f\u205f\u3000\ufeff')), '^([0-9]{2})/([0-9]{2})/([0-9]{4})$') THEN REGEXP_REPLACE(LOWER(TRIM(`Date`, '\u0009\u000a\u000b\u000c\u000d \u0085\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u200b\u2028\u2029\u202f\u205f\u3000\ufeff')), '^([0-9]{2})/([0-9]{2})/([0-9]{4})$', '\\3-\\2-\\1')
      ELSE CAST(NULL AS STRING)
    END), '\u0009\u000a\u000b\u000c\u000d \u0085\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u200b\u2028\u2029\u202f\u205f\u3000\ufeff'), '^[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}$') THEN SAFE_CAST(TRIM((CASE
      WHEN REGEXP_CONTAINS(LOWER(TRIM(`Date`, '\u0009\u000a\u000b\u000c\u000d \u0085\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u200b\u2028\u2029\u202f\u205f\u3000\ufeff')), '^([0-9]{2})/([0-9]{2})/([0-9]{4})$') THEN REGEXP_REPLACE(LOWER(TRIM(`Date`, '\u0009\u000a\u000b\u000c\u000d \u0085\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u200b\u2028\u2029\u202f\u205f\u3000\ufeff')), '^([0-9]{2})/([0-9]{2})/([0-9]{4})$', '\\3-\\2-\\1')
      ELSE CAST(NULL AS STRING)
    END), '\u0009\u000a\u000b\u000c\u000d \u0085\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u200b\u2028\u2029\u202f\u205f\u3000\ufeff') AS DATE) END AS `Result`
  FROM step_1_source
),
step_3_select AS (
  SELECT
    `Result`
  FROM step_2_formula
)
SELECT *
FROM step_3_select;

-- TEXT([Day], "MMM YYYY")
step_2_formula AS (
  SELECT
    *,
    CASE
      WHEN `Day` IS NOT NULL THEN ARRAY_TO_STRING(['', LEFT(`_dalgo_part_2_1`, 3), ' ', RIGHT(`_dalgo_part_2_2`, 4)], '')
      ELSE CAST(NULL AS STRING)
    END AS `Result`
  FROM (
  SELECT
    *,
    CASE
      WHEN EXTRACT(MONTH FROM `Day`) = 1 THEN 'January'
      WHEN EXTRACT(MONTH FROM `Day`) = 2 THEN 'February'
      WHEN EXTRACT(MONTH FROM `Day`) = 3 THEN 'March'
      WHEN EXTRACT(MONTH FROM `Day`) = 4 THEN 'April'
      WHEN EXTRACT(MONTH FROM `Day`) = 5 THEN 'May'
      WHEN EXTRACT(MONTH FROM `Day`) = 6 THEN 'June'
      WHEN EXTRACT(MONTH FROM `Day`) = 7 THEN 'July'
      WHEN EXTRACT(MONTH FROM `Day`) = 8 THEN 'August'
      WHEN EXTRACT(MONTH FROM `Day`) = 9 THEN 'September'
      WHEN EXTRACT(MONTH FROM `Day`) = 10 THEN 'October'
      WHEN EXTRACT(MONTH FROM `Day`) = 11 THEN 'November'
      WHEN EXTRACT(MONTH FROM `Day`) = 12 THEN 'December'
      ELSE CAST(NULL AS STRING)
    END AS `_dalgo_part_2_1`,
    ARRAY_TO_STRING(['000', CAST(EXTRACT(YEAR FROM `Day`) AS STRING)], '') AS `_dalgo_part_2_2`
  FROM step_1_source
  ) AS part_1
),
step_3_select AS (
  SELECT
    `Result`,
    `_dalgo_part_2_1`,
    `_dalgo_part_2_2`
  FROM step_2_formula
)
SELECT
  `Result`
FROM step_3_select;
