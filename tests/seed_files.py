"""A small folder of seeds, as text, for the tests of reading, loading and writing them.

Tests change single words of it; the committed seeds are tested in `test_committed_seeds`.
"""

from pathlib import Path

FILES = {
    "regions.yaml": """\
regions:
- code: "330100"
  slug: hangzhou
  level: prefecture
  parent: "330000"
  name_zh: 杭州市
  name_en: Hangzhou
  short_zh: 杭州
- code: "330000"
  slug: zj
  level: province
  iso: CN-ZJ
  name_zh: 浙江省
  name_en: Zhejiang
  short_zh: 浙江
  aliases: [浙, "null"]
""",
    "organizations.yaml": """\
organizations:
- {slug: zj-government, name_zh: 浙江省人民政府, name_en: Zhejiang People's Government, region: "330000"}
""",
    "topics.yaml": """\
topics:
- slug: ai-terminals
  parent: ai
  name_zh: 人工智能终端
  name_en: AI terminals
  definition_zh: 会用人工智能的终端。
  definition_en: Terminals that use artificial intelligence.
- slug: ai
  name_zh: 人工智能
  name_en: Artificial intelligence
  definition_zh: |
    人工智能的研究、开发。
    和应用。
  definition_en: Artificial intelligence.
""",
    "metrics.yaml": """\
metrics:
- slug: revenue
  name_zh: 营业收入
  name_en: Operating revenue
  definition_zh: 企业的营业收入。
  definition_en: What enterprises earn by their business.
  family: industry_size
  dimension: money
  canonical_unit: CNY
  additive: true
""",
    "sources.yaml": """\
sources:
- slug: gazette
  kind: news
  title_zh: 报道
  title_en: A report
  script: hans
  published: 2026-01
""",
    "plans/zj-terminals.yaml": """\
slug: zj-terminals
region: "330000"
title_zh: 终端计划
title_en: Plan for terminals
form: plan
stage: adopted
period_end: 2027
editorial_state: published
issuers: [zj-government]
topics: [ai-terminals]
links:
- {to: zj-old, kind: supersedes}
targets:
- public_id: zj-terminals.revenue
  topic: ai-terminals
  metric: revenue
  coverage: above_scale
  statement_zh: 规上企业营业收入超过五千亿元。
  deadlines:
  - due: 2027
    value_as_stated: 突破5000亿元
    evidence:
    - {source: gazette, paragraph: 6-7, phrase: 突破5000亿元, check: found, checked_on: 2026-11-20}
""",
    "plans/zj-old.yaml": """\
slug: zj-old
region: "330000"
title_zh: 旧计划
title_en: Old plan
form: plan
stage: adopted
editorial_state: published
links:
- {to: zj-terminals, kind: amends}
""",
    "observations/zj.yaml": """\
observations:
- slug: zj-revenue-2024
  region: "330000"
  topic: ai-terminals
  metric: revenue
  end: 2024
  value_as_stated: 超3000亿元
  status: official
  statement_zh: 2024年营业收入超过三千亿元。
  editorial_state: published
  evidence:
  - {source: gazette, paragraph: 8, phrase: 超3000亿元}
""",
    "assessments.yaml": """\
assessments:
- {region: "330100", topic: ai, searched_zh: 五篇文章, searched_on: 2026-11-20}
""",
}


def write_seeds(folder: Path, **changes: str) -> Path:
    """Write the files into a folder; `changes` are words to replace, in all files, by their name's value."""
    for name, text in FILES.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    for old, new in changes.items():
        replace_in(folder, old, new)
    return folder


def replace_in(folder: Path, old: str, new: str) -> None:
    """Replace words wherever they stand; they must stand somewhere."""
    found = False
    for path in folder.rglob("*.yaml"):
        text = path.read_text(encoding="utf-8")
        found = found or old in text
        path.write_text(text.replace(old, new), encoding="utf-8")
    assert found, old
