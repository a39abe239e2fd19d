"""Requests that should not come, or look as if they should not, with the status and the code each gets.

They are sent by `test_bad_input`.
"""

import re

V = "/api/v1"
MANY = "&".join(f"region={code}" for code in range(110000, 110060))
NINE = "&".join(f"region={code}0000" for code in (11, 12, 13, 14, 15, 21, 22, 23, 31))

# Each line: the request, then its status, then its code where it is refused. Pages are asked in both languages.
TABLE = f"""
{V}/deadlines?limit=0                          422 too_small
{V}/deadlines?limit=-1                         422 too_small
{V}/deadlines?limit=1001                       422 too_large
{V}/deadlines?limit=5000                       422 too_large
{V}/deadlines?limit={"9" * 400}                422 too_large
{V}/deadlines?limit=1000                       200
{V}/deadlines?limit=abc                        422 bad_form
{V}/deadlines?limit=                           422 bad_form
{V}/deadlines?limit=%EF%BC%91%EF%BC%90         422 bad_form
{V}/deadlines?limit=1e3                        422 bad_form
{V}/deadlines?limit=1_0                        422 bad_form
{V}/deadlines?limit=1.0                        422 bad_form
{V}/deadlines?limit=true                       422 bad_form
{V}/deadlines?limit=5;DROP%20TABLE%20plan      422 bad_form
{V}/deadlines?limit=5&limit=6                  422 repeated_parameter
{V}/deadlines?limit=5&limit=5                  422 repeated_parameter
{V}/deadlines?Limit=5                          422 unknown_parameter
{V}/deadlines?as_of=2026-01-01                 422 as_of_before_data
{V}/deadlines?region[]=zj                      422 unknown_parameter
{V}/deadlines?=                                422 unknown_parameter
{V}/deadlines??                                422 unknown_parameter
{V}/deadlines?year=abc                         422 bad_form
{V}/deadlines?year=                            422 bad_form
{V}/deadlines?year=2027.5                      422 bad_form
{V}/deadlines?year=%EF%BC%92%EF%BC%90%EF%BC%92%EF%BC%97  422 bad_form
{V}/deadlines?year=0                           422 too_small
{V}/deadlines?year=1948                        422 too_small
{V}/deadlines?year=2101                        422 too_large
{V}/deadlines?year=99999                       422 too_large
{V}/deadlines?year=1949                        200
{V}/deadlines?region=99                        422 unknown_region
{V}/deadlines?region=330000%20                 422 unknown_region
{V}/deadlines?region=zj,js                     422 unknown_region
{V}/deadlines?region=                          422 too_short
{V}/deadlines?region={"9" * 181}               422 too_long
{V}/deadlines?region=zj&region=js              422 repeated_parameter
{V}/deadlines?under=none                       422 unknown_region
{V}/deadlines?topic=none                       422 unknown_topic
{V}/deadlines?metric=none                      422 unknown_metric
{V}/deadlines?plan=none                        422 unknown_plan
{V}/deadlines?source=none                      422 unknown_source
{V}/deadlines?family=Industry_Size             422 unknown_word
{V}/deadlines?kind=none                        422 unknown_word
{V}/deadlines?stage=none                       422 unknown_word
{V}/observations?status=none                   422 unknown_word
{V}/regions?level=none                         422 unknown_word
{V}/regions?parent=none                        422 unknown_region
{V}/deadlines?sort=                            422 unknown_word
{V}/deadlines?sort=--value                     422 unknown_word
{V}/deadlines?sort=value                       422 bad_sort
{V}/deadlines?sort=value&metric=revenue        422 bad_sort
{V}/deadlines?sort=-value&kind=level           422 bad_sort
{V}/deadlines?sort=value&metric=revenue&kind=level  200
{V}/observations?sort=value                    422 bad_sort
{V}/targets?sort=value                         422 unknown_word
{V}/deadlines?updated_since=2026               422 bad_form
{V}/deadlines?updated_since=2026-11            422 bad_form
{V}/deadlines?updated_since=20261120           422 bad_form
{V}/deadlines?updated_since=1700000000         422 bad_form
{V}/deadlines?updated_since=0                  422 bad_form
{V}/deadlines?updated_since=-1                 422 bad_form
{V}/deadlines?updated_since=                   422 bad_form
{V}/deadlines?updated_since=2026-02-30         422 bad_form
{V}/deadlines?updated_since=10000-01-01        422 bad_form
{V}/deadlines?updated_since=0000-01-01         422 bad_form
{V}/deadlines?updated_since=2026/11/20         422 bad_form
{V}/deadlines?updated_since=2026-11-20T25:00:00Z          422 bad_form
{V}/deadlines?updated_since=2026-11-20T08:00:00+08:00     422 bad_form
{V}/deadlines?updated_since=2026-11-20T08:00:00%2B99:00   422 bad_form
{V}/deadlines?updated_since=9999-12-31T23:59:59-12:00     422 bad_form
{V}/deadlines?updated_since=0001-01-01T00:00:00%2B12:00   422 bad_form
{V}/deadlines?updated_since=2026-11-20         200
{V}/deadlines?updated_since=9999-12-31         200
{V}/deadlines?updated_since=2026-11-20T08:00:00Z          200
{V}/deadlines?updated_since=2026-11-20T08:00:00%2B08:00   200
{V}/deadlines?cursor=                          422 too_short
{V}/deadlines?cursor=abc                       422 bad_cursor
{V}/deadlines?cursor=%E4%B8%AD                 422 bad_cursor
{V}/deadlines?cursor=%F0%9F%92%A9              422 bad_cursor
{V}/deadlines?cursor=====                      422 bad_cursor
{V}/deadlines?q=                               422 too_short
{V}/deadlines?q=%20                            422 q_empty
{V}/deadlines?q=()                             422 q_empty
{V}/deadlines?q=%22                            422 q_empty
{V}/deadlines?q='                              422 q_empty
{V}/deadlines?q=*                              422 q_empty
{V}/deadlines?q=:                              422 q_empty
{V}/deadlines?q=\\                             422 q_empty
{V}/deadlines?q=%F0%9F%92%A9                   422 q_empty
{V}/deadlines?q=%EF%BB%BF%E2%80%8B             422 q_empty
{V}/deadlines?q={"x" * 201}                    422 too_long
{V}/deadlines?q=NEAR(a%20b)                    200
{V}/deadlines?q=AND%20OR%20NOT                 200
{V}/deadlines?q=%22a                           200
{V}/deadlines?q=a:*                            200
{V}/deadlines?q=tokens:ai                      200
{V}/deadlines?q=';DROP%20TABLE%20plan;--       200
{V}/deadlines?q='%20OR%20'1'='1                200
{V}/deadlines?q=a%20%3C-%3E%20!b%20%26%20%7C   200
{V}/deadlines?q=%E4%BA%BA%F0%9F%92%A9          200
{V}/deadlines?q={"%EF%B7%BA" * 200}            200
{V}/deadlines?q={"1," * 99}1                   200
{V}/compare                                    422 missing
{V}/compare?region=                            422 too_short
{V}/compare?region=zj&region=                  422 too_short
{V}/compare?{MANY}                             422 too_many_regions
{V}/compare?{NINE}                             422 too_many_regions
{V}/compare?region=999999                      422 unknown_region
{V}/compare?region=zj&topic=none               422 unknown_topic
{V}/compare?region=zj&topic=ai&topic=ai        422 repeated_parameter
{V}/compare?region=zj&family=none              422 unknown_word
{V}/compare?region=zj&year_from=2030&year_to=2020  422 years_reversed
{V}/compare?region=zj&year_from=0              422 too_small
{V}/compare?region=zj&region=zj&region=330000  200
{V}/regions/99                                 404 unknown_region
{V}/regions/{"9" * 5000}                       404 unknown_region
{V}/topics/none                                404 unknown_topic
{V}/metrics/none                               404 unknown_metric
{V}/organizations/none                         404 unknown_organization
{V}/sources/none                               404 unknown_source
{V}/plans/none                                 404 unknown_plan
{V}/plans/%zz                                  404 unknown_plan
{V}/plans/..                                   404 unknown_plan
{V}/targets/none                               404 unknown_target
{V}/deadlines/none                             404 unknown_deadline
{V}/observations/none                          404 unknown_observation
{V}/measures/none                              404 unknown_measure
{V}/plans/a%2Fb                                404 not_found
{V}/../v1/regions                              404 not_found
{V}//regions                                   404 not_found
{V}/none                                       404 not_found
/api/v2/regions                                404 not_found
/api/none                                      404 not_found
{V}/regions/%ff                                400 bad_utf8
{V}/regions?q=%c3%28                           400 bad_utf8
{V}/regions?%ff=1                              400 bad_utf8
{V}/regions?q=%ED%A0%80                        400 bad_utf8
{V}/regions/%00                                400 bad_character
{V}/regions?limit=5%00                         400 bad_character
{V}/regions?q={"x" * 4200}                     414 query_too_long
{V}/regions?q={"x" * 10_000}                   414 query_too_long
POST {V}/regions                               401 not_signed_in
PUT {V}/plans/zj-ai-terminals                  401 not_signed_in
PATCH {V}/regions?limit=0                      405 method_not_allowed
DELETE {V}/compare                             405 method_not_allowed
TRACE {V}/regions                              405 method_not_allowed
POST /api                                      405 method_not_allowed
POST {V}/none                                  404 not_found
HEAD {V}/regions?limit=0                       422
HEAD {V}/none                                  404
HEAD {V}/regions                               200
OPTIONS {V}/regions                            204
OPTIONS {V}/none                               204
OPTIONS *                                      204
/L/compare?region=999999                       422 unknown_region
/L/compare?region=%3Cscript%3E                 422 unknown_region
/L/compare?region={"9" * 3000}                 422 unknown_region
/L/compare?{MANY}                              422 too_many_regions
/L/compare?{NINE}                              422 too_many_regions
/L/compare?topic=none                          422 unknown_topic
/L/compare?family=none                         422 unknown_word
/L/compare?year_from=abc                       422 bad_year
/L/compare?year_from=0                         422 bad_year
/L/compare?year_from=99999                     422 bad_year
/L/compare?year_from=2030&year_to=2020         422 years_reversed
/L/compare?region=                             200
/L/compare?region=%20&utm_source=x             200
/L/compare?go=1&region=999999                  303
/L/targets?year=%EF%BC%92%EF%BC%90%EF%BC%92%EF%BC%97  422 bad_year
/L/targets?year=2027.5                         422 bad_year
/L/targets?kind=none                           422 unknown_word
/L/targets?stage=none                          422 unknown_word
/L/targets?region=99                           422 unknown_region
/L/targets?topic=none                          422 unknown_topic
/L/targets?metric=none                         422 unknown_metric
/L/targets?cursor=WzFd                         422 bad_cursor
/L/targets?q=%22*:()\\                         200
/L/targets?q={"x" * 201}                       422 q_too_long
/L/targets?q=%3Cscript%3Ealert(1)%3C/script%3E 200
/L/targets?limit=5000&sort=value&year=         422 bad_sort
/L/plans?stage=none                            422 unknown_word
/L/plans?region=none                           422 unknown_region
/L/plans?cursor=abc                            422 bad_cursor
/L/regions/99                                  404 unknown_region
/L/plans/%22%3E%3Cimg                          404 unknown_plan
/L/plans/%0d%0aSet-Cookie:a=b                  404 unknown_plan
/L/plans/%2e%2e                                404 unknown_plan
/L/targets/none                                404 unknown_target
/L/sources/none                                404 unknown_source
/L/metrics/none                                404 unknown_metric
/L/observations/none                           404 unknown_observation
/L/none-such                                   404 not_found
/L//compare                                    404 not_found
/L/plans/..%2f..                               404 not_found
/L/{"x" * 5000}                                404 not_found
/L/%ff                                         400 bad_utf8
/L/targets?q=%c3%28                            400 bad_utf8
/L/%00                                         400 bad_character
/L/targets?q=%00                               400 bad_character
/L/targets?q={"x" * 10_000}                    414 query_too_long
POST /L/compare                                405 method_not_allowed
DELETE /L/plans/zj-ai-terminals                405 method_not_allowed
POST /L/none-such                              404 not_found
HEAD /L/compare                                200
HEAD /L/none-such                              404
OPTIONS /L/compare                             204
/../etc/passwd                                 404 not_found
/%2e%2e/%2e%2e/etc/passwd                      404 not_found
/static/../main.py                             404 not_found
/static/%2e%2e/%2e%2e/main.py                  404 not_found
/static/..%2f..%2fmain.py                      404 not_found
/static//etc/passwd                            404 not_found
//evil.example/%2e%2e                          404 not_found
/fr/                                           404 not_found
/.env                                          404 not_found
/%c3%28                                        400 bad_utf8
POST /static/mubiao.css                        405 method_not_allowed
OPTIONS /static/mubiao.css                     204
HEAD /static/mubiao.css                        200
HEAD /                                         302
"""
ROWS = [tuple(re.split(r"\s{1,}(?=[1-5]\d\d(?: |$))", line)) for line in TABLE.strip().splitlines()]
