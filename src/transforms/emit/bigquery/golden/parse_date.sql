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
step_2_parse_date AS (
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
    COALESCE(CASE WHEN REGEXP_CONTAINS(TRIM(`_dalgo_date_2_1`, '\u0009\u000a\u000b\u000c\u000d \u0085\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u200b\u2028\u2029\u202f\u205f\u3000\ufeff'), '^[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}$') THEN SAFE_CAST(TRIM(`_dalgo_date_2_1`, '\u0009\u000a\u000b\u000c\u000d \u0085\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u200b\u2028\u2029\u202f\u205f\u3000\ufeff') AS DATE) END, (CASE
      WHEN (CASE WHEN REGEXP_CONTAINS(TRIM(`_dalgo_date_2_2`, '\u0009\u000a\u000b\u000c\u000d \u0085\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u200b\u2028\u2029\u202f\u205f\u3000\ufeff'), '^[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}$') THEN SAFE_CAST(TRIM(`_dalgo_date_2_2`, '\u0009\u000a\u000b\u000c\u000d \u0085\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u200b\u2028\u2029\u202f\u205f\u3000\ufeff') AS DATE) END >= DATE '1950-01-01') AND (CASE WHEN REGEXP_CONTAINS(TRIM(`_dalgo_date_2_2`, '\u0009\u000a\u000b\u000c\u000d \u0085\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u200b\u2028\u2029\u202f\u205f\u3000\ufeff'), '^[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}$') THEN SAFE_CAST(TRIM(`_dalgo_date_2_2`, '\u0009\u000a\u000b\u000c\u000d \u0085\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u200b\u2028\u2029\u202f\u205f\u3000\ufeff') AS DATE) END <= DATE '2049-12-31') THEN CASE WHEN REGEXP_CONTAINS(TRIM(`_dalgo_date_2_2`, '\u0009\u000a\u000b\u000c\u000d \u0085\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u200b\u2028\u2029\u202f\u205f\u3000\ufeff'), '^[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}$') THEN SAFE_CAST(TRIM(`_dalgo_date_2_2`, '\u0009\u000a\u000b\u000c\u000d \u0085\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u200b\u2028\u2029\u202f\u205f\u3000\ufeff') AS DATE) END
      ELSE CAST(NULL AS DATE)
    END)) AS `notes`,
    `answers`
  FROM (
  SELECT
    *,
    CASE
      WHEN REGEXP_CONTAINS(`_dalgo_text_2`, '^([0-9]{1,2})/([0-9]{1,2})/([0-9]{4})$') THEN REGEXP_REPLACE(`_dalgo_text_2`, '^([0-9]{1,2})/([0-9]{1,2})/([0-9]{4})$', '\\3-\\2-\\1')
      ELSE CAST(NULL AS STRING)
    END AS `_dalgo_date_2_1`,
    CASE
      WHEN REGEXP_CONTAINS(`_dalgo_text_2`, '^([0-9]{1,2})[ 	 ]+(jan|feb|mar|apr|may|jun|jul|aug|sept?|oct|nov|dec)[ 	 ]+([0-9]{2})$') THEN ARRAY_TO_STRING([CAST(SAFE_CAST(ROUND((SAFE_ADD(CAST(1950 AS BIGNUMERIC), MOD(MOD((SAFE_SUBTRACT(CASE WHEN REGEXP_CONTAINS(TRIM(REGEXP_EXTRACT(`_dalgo_text_2`, '^(?:[0-9]{1,2})[ 	 ]+(?:jan|feb|mar|apr|may|jun|jul|aug|sept?|oct|nov|dec)[ 	 ]+([0-9]{2})$'), '\u0009\u000a\u000b\u000c\u000d \u0085\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u200b\u2028\u2029\u202f\u205f\u3000\ufeff'), '^[+-]?([0-9]{1,28}([.][0-9]{0,200})?|[.][0-9]{1,200})([eE][+-]?[0-9])?$') THEN SAFE_CAST(TRIM(REGEXP_EXTRACT(`_dalgo_text_2`, '^(?:[0-9]{1,2})[ 	 ]+(?:jan|feb|mar|apr|may|jun|jul|aug|sept?|oct|nov|dec)[ 	 ]+([0-9]{2})$'), '\u0009\u000a\u000b\u000c\u000d \u0085\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u200b\u2028\u2029\u202f\u205f\u3000\ufeff') AS BIGNUMERIC) WHEN REGEXP_CONTAINS(TRIM(REGEXP_EXTRACT(`_dalgo_text_2`, '^(?:[0-9]{1,2})[ 	 ]+(?:jan|feb|mar|apr|may|jun|jul|aug|sept?|oct|nov|dec)[ 	 ]+([0-9]{2})$'), '\u0009\u000a\u000b\u000c\u000d \u0085\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u200b\u2028\u2029\u202f\u205f\u3000\ufeff'), '^[+-]?[0-9]{1,3}(,[0-9]{2,3}){0,8},[0-9]{3}([.][0-9]{0,200})?$') THEN SAFE_CAST(REPLACE(TRIM(REGEXP_EXTRACT(`_dalgo_text_2`, '^(?:[0-9]{1,2})[ 	 ]+(?:jan|feb|mar|apr|may|jun|jul|aug|sept?|oct|nov|dec)[ 	 ]+([0-9]{2})$'), '\u0009\u000a\u000b\u000c\u000d \u0085\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u200b\u2028\u2029\u202f\u205f\u3000\ufeff'), ',', '') AS BIGNUMERIC) END, CAST(1950 AS BIGNUMERIC))), NULLIF(CAST(100 AS BIGNUMERIC), 0)) + CAST(100 AS BIGNUMERIC), NULLIF(CAST(100 AS BIGNUMERIC), 0))))) AS INT64) AS STRING), '-', CAST(SAFE_CAST(ROUND((ROUND(SAFE_DIVIDE((SAFE_ADD(CAST(STRPOS('janfebmaraprmayjunjulaugsepoctnovdec', LEFT(REGEXP_EXTRACT(`_dalgo_text_2`, '^(?:[0-9]{1,2})[ 	 ]+(jan|feb|mar|apr|may|jun|jul|aug|sept?|oct|nov|dec)[ 	 ]+(?:[0-9]{2})$'), 3)) AS BIGNUMERIC), CAST(2 AS BIGNUMERIC))), CAST(3 AS BIGNUMERIC)), 10))) AS INT64) AS STRING), '-', REGEXP_EXTRACT(`_dalgo_text_2`, '^([0-9]{1,2})[ 	 ]+(?:jan|feb|mar|apr|may|jun|jul|aug|sept?|oct|nov|dec)[ 	 ]+(?:[0-9]{2})$')], '')
      ELSE CAST(NULL AS STRING)
    END AS `_dalgo_date_2_2`
  FROM (
  SELECT
    *,
    LOWER(TRIM(`notes`, '\u0009\u000a\u000b\u000c\u000d \u0085\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u200b\u2028\u2029\u202f\u205f\u3000\ufeff')) AS `_dalgo_text_2`
  FROM step_1_source
  ) AS part_1
  ) AS part_2
)
SELECT *
FROM step_2_parse_date;
