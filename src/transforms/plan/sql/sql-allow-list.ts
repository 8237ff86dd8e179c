/*
 * What a person's SQL may be made of. Everything that is not here is refused: statements that write, other schemas,
 * the catalogue, functions that reach outside of the query, and whatever PostgreSQL's next version adds.
 */

/** Fields of the parse tree by kind of node; a field that a list does not name may not be there. */
export const ALLOWED_NODES: Readonly<Record<string, readonly string[]>> = {
  SelectStmt: [
    'distinctClause',
    'targetList',
    'fromClause',
    'whereClause',
    'groupClause',
    'groupDistinct',
    'havingClause',
    'windowClause',
    'valuesLists',
    'sortClause',
    'limitOffset',
    'limitCount',
    'limitOption',
    'withClause',
    'op',
    'all',
    'larg',
    'rarg',
  ],
  WithClause: ['ctes', 'location'],
  CommonTableExpr: ['ctename', 'aliascolnames', 'ctematerialized', 'ctequery', 'location'],
  RangeVar: ['relname', 'inh', 'relpersistence', 'alias', 'location'],
  RangeSubselect: ['lateral', 'subquery', 'alias'],
  RangeFunction: ['lateral', 'ordinality', 'functions', 'alias'],
  JoinExpr: ['jointype', 'isNatural', 'larg', 'rarg', 'usingClause', 'join_using_alias', 'quals', 'alias'],
  Alias: ['aliasname', 'colnames'],
  List: ['items'],
  ResTarget: ['name', 'val', 'location'],
  ColumnRef: ['fields', 'location'],
  String: ['sval'],
  Integer: ['ival'],
  A_Star: [],
  A_Const: ['ival', 'fval', 'boolval', 'sval', 'isnull', 'location'],
  A_Expr: ['kind', 'name', 'lexpr', 'rexpr', 'rexpr_list_start', 'rexpr_list_end', 'location'],
  BoolExpr: ['boolop', 'args', 'location'],
  NullTest: ['arg', 'nulltesttype', 'location'],
  BooleanTest: ['arg', 'booltesttype', 'location'],
  CaseExpr: ['arg', 'args', 'defresult', 'location'],
  CaseWhen: ['expr', 'result', 'location'],
  CoalesceExpr: ['args', 'location'],
  MinMaxExpr: ['op', 'args', 'location'],
  FuncCall: [
    'funcname',
    'args',
    'agg_order',
    'agg_filter',
    'over',
    'agg_within_group',
    'agg_star',
    'agg_distinct',
    'funcformat',
    'location',
  ],
  NamedArgExpr: ['arg', 'name', 'argnumber', 'location'],
  TypeCast: ['arg', 'typeName', 'location'],
  TypeName: ['names', 'typmods', 'typemod', 'arrayBounds', 'location'],
  CollateClause: ['arg', 'collname', 'location'],
  SubLink: ['subLinkType', 'testexpr', 'operName', 'subselect', 'location'],
  A_ArrayExpr: ['elements', 'list_start', 'list_end', 'location'],
  A_Indirection: ['arg', 'indirection'],
  A_Indices: ['is_slice', 'lidx', 'uidx'],
  RowExpr: ['args', 'row_format', 'location'],
  SortBy: ['node', 'sortby_dir', 'sortby_nulls', 'location'],
  WindowDef: [
    'name',
    'refname',
    'partitionClause',
    'orderClause',
    'frameOptions',
    'startOffset',
    'endOffset',
    'location',
  ],
  GroupingSet: ['kind', 'content', 'location'],
  GroupingFunc: ['args', 'location'],
  SQLValueFunction: ['op', 'typmod', 'location'],
};

/** What CURRENT_USER and its like tell is nobody's business. */
export const ALLOWED_VALUE_FUNCTIONS: ReadonlySet<string> = new Set([
  'SVFOP_CURRENT_DATE',
  'SVFOP_CURRENT_TIMESTAMP',
  'SVFOP_LOCALTIMESTAMP',
  'SVFOP_LOCALTIME',
  'SVFOP_CURRENT_TIME',
]);

const words = (text: string): string[] => text.trim().split(/\s+/);

/** Functions that compute a value out of their operands, and nothing else. */
export const ALLOWED_FUNCTIONS: ReadonlySet<string> = new Set(
  words(`
    count sum avg min max string_agg array_agg json_agg jsonb_agg json_object_agg jsonb_object_agg
    bool_and bool_or every any_value stddev stddev_pop stddev_samp variance var_pop var_samp corr
    regr_slope regr_intercept regr_r2 covar_pop covar_samp percentile_cont percentile_disc mode
    row_number rank dense_rank percent_rank cume_dist ntile lag lead first_value last_value nth_value
    abs ceil ceiling floor round trunc sign mod div power sqrt cbrt exp ln log log10 gcd lcm
    degrees radians sin cos tan asin acos atan atan2 pi width_bucket trim_scale scale min_scale
    length char_length character_length octet_length lower upper initcap trim btrim ltrim rtrim
    left right substr substring position strpos overlay replace translate reverse concat concat_ws
    split_part string_to_array array_to_string starts_with lpad rpad repeat ascii chr md5 sha256 encode
    quote_literal normalize is_normalized like_escape similar_to_escape unistr casefold
    regexp_replace regexp_match regexp_matches regexp_count regexp_instr regexp_like regexp_substr
    regexp_split_to_array regexp_split_to_table string_to_table
    to_char to_date to_timestamp to_number
    date_trunc date_part extract age make_date make_time make_timestamp make_timestamptz make_interval
    justify_days justify_hours justify_interval date timezone now overlaps isfinite date_bin
    current_date transaction_timestamp statement_timestamp
    array_length array_position array_positions array_append array_prepend array_cat array_remove
    array_replace cardinality array_upper array_lower unnest generate_series
    json_build_object jsonb_build_object json_build_array jsonb_build_array to_json to_jsonb
    json_array_length jsonb_array_length json_typeof jsonb_typeof
    json_extract_path json_extract_path_text jsonb_extract_path jsonb_extract_path_text
    jsonb_strip_nulls json_strip_nulls jsonb_set jsonb_pretty jsonb_path_exists jsonb_path_query
    jsonb_path_query_first jsonb_path_query_array
    json_array_elements json_array_elements_text jsonb_array_elements jsonb_array_elements_text
    json_each json_each_text jsonb_each jsonb_each_text json_object_keys jsonb_object_keys
  `),
);

/** Their last number is how long the result gets, so it has to be written out, and small. */
export const LENGTH_FUNCTIONS: ReadonlySet<string> = new Set(['lpad', 'rpad', 'repeat']);
export const MAX_WRITTEN_LENGTH = 10_000;

/** A table of numbers out of nothing: one is enough for a calendar, two make a query without end. */
export const SERIES_FUNCTION = 'generate_series';

export const ALLOWED_TYPES: ReadonlySet<string> = new Set(
  words(`
    text varchar bpchar char int2 int4 int8 smallint integer int bigint numeric decimal float4 float8
    real bool boolean date time timetz timestamp timestamptz interval json jsonb uuid bytea
  `),
);

export const ALLOWED_OPERATORS: ReadonlySet<string> = new Set(
  words(`
    + - * / % ^ |/ @ = <> != < <= > >= || ~ ~* !~ !~* ~~ ~~* !~~ !~~* ^@
    -> ->> #> #>> @> <@ ? ?| ?& && & | # << >> @? @@ -|- BETWEEN
  `).concat(['NOT BETWEEN', 'BETWEEN SYMMETRIC', 'NOT BETWEEN SYMMETRIC']),
);

export const ALLOWED_COLLATIONS: ReadonlySet<string> = new Set(['C', 'POSIX', 'ucs_basic', 'default']);
