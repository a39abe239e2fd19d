"""The words that stand around a figure, and what each says: comparator, kind, ambition, or nothing (R2).

Tables, and which of their words stands beside a place; `quantities` walks along the words on both sides of a number.
"""

import re
from typing import Final, NamedTuple

from app.domain.vocabulary import Ambition, Comparator, Kind

YEARLY: Final = "year"
Effect = Comparator | Kind | Ambition | str | None


class Lexicon(NamedTuple):
    """Words with what they say, and the length of the longest."""

    words: dict[str, Effect]
    longest: int


def _lexicon(*groups: tuple[Effect, str]) -> Lexicon:
    words = {word.replace("_", " "): effect for effect, listed in groups for word in listed.split()}
    return Lexicon(words, max(map(len, words)))


BEFORE = _lexicon(
    (Comparator.GT, "超过 超出 超 突破 逾 高于 大于 多于 越过 跨过 过 破 不止 >"),
    (Comparator.GT, "more_than over above exceeding"),
    (Comparator.GE, "不低于 不少于 不小于 不下 不下于 不亚于 至少 最少 最低 起码 保底 达到或超过 达到或者超过 ≥"),
    (Comparator.GE, "at_least no_less_than not_less_than"),
    (Comparator.APPROX, "约 大约 约为 约占 近 将近 接近 逼近 大致 基本 基本实现"),
    (Comparator.APPROX, "about around approximately nearly"),
    (Comparator.LE, "不超过 不超 不高于 不多于 不大于 至多 最多 最高 最高可达 最多可达 ≤"),
    (Comparator.LE, "at_most up_to no_more_than not_more_than"),
    (Comparator.LT, "不到 不足 低于 少于 小于 未满 未达 未达到 <"),
    (Comparator.LT, "less_than fewer_than below under"),
    (Comparator.ORDER, "in_the_order_of on_the_order_of of_the_order_of"),
    (Kind.INCREASE, "新增 新增加 新建 新建成 新建设 新设 新设立 新培育 新认定 新引进 净增 净增加 an_increase_of"),
    # Whether a rise is growth or an increase is told by the unit: 提升20%, 提升15个百分点.
    (Kind.GROWTH, "增长 增长率 增速 增幅 增加 提高 提升 上升 上涨 同比 同比增长 同比增加 同比提高 growth_of"),
    (Kind.AVERAGE_GROWTH, "年均 年平均 平均每年 复合 average_growth_of average_annual_growth_of"),
    (Kind.REGION_SHARE, "占全国 占全省 占全市 占全区 占全球 占世界 占国内 占全国的 占全省的 占全球的"),
    (Ambition.STRIVE, "力争 争取 力争达到 力争实现 努力"),
    (Ambition.EXPECTED, "预计 预期 有望 预计将"),
    (Ambition.EXPLORE, "探索"),
    (YEARLY, "每年 每年度 逐年"),
    (None, "达 达到 到 至 为 是 在 于 从 由 将 已 已有 共 共有 有 拥有 全 各 均 仅 仅为 高达 多达 累计 总计 合计"),
    (None, "人民币 占 占比 占了 比重 比例 率 目标 总量 规模 总数 的 了 各占 目标为 比 动态"),
    (None, "增长至 增长到 增加至 增加到 提高至 提高到 提升至 提升到 上升至 上升到 扩大至 扩大到 发展到 发展至"),
    (None, "增至 升至 降至 降到 下降至 下降到 降低至 降低到 增长目标 增长为"),
    (None, "实现 培育 培养 打造 攻克 建设 建成 形成 推出 引进 集聚 聚集 认定 赋能 布局 设立 落地 完成 推动 支持"),
    (None, "遴选 选树 制定 开发 发布 建立 组建 招引 创建 开展 举办 储备 覆盖 服务 推广 孵化 制修订 编制 研发"),
    (None, "迈入 迈上 跨入 进入 跻身 站上 保持 保持在 稳定在 控制在 维持在 确保 连续多年 连续多年保持 年"),
    (None, "全国 全省 全市 国内 世界 全球 国际 行业 位居 位列 居 排名 排 稳居 名列 位于 列"),
    # These end in a word of the lists above and do not mean it.
    (None, "签约 节约 预约 合约 最近 附近 打破 攻破 赶超 通过 经过 不过"),
    (None, "每万人 每千人 每百人 每万人口 每千人口 每百人口"),
    (None, "between of in the reach reaching"),
)  # fmt: skip

AFTER = _lexicon(
    (Comparator.GE, "以上 及以上 或以上 (含)以上 之上 or_more and_above"),
    (Comparator.LE, "以内 之内 以下 及以下 (含)以下 (含)以内 or_less"),
    (Comparator.APPROX, "左右 上下"),
    (Comparator.GT, "余 有余 开外"),
    (Comparator.ORDER, "级 量级 规模级"),
    (Kind.GROWTH, "的增长 的增速 的增长率 增长率 增速"),
    (YEARLY, "/年 每年 a_year per_year annually"),
    (None, "大关 关口 人民币 规模 的 (fp16) (fp32) (fp64) (int8)"),
)

RANK_END = re.compile(r"\s*(?:$|[、,;。)”\"的]|行列)")
SEPARATOR = r"[\s、,;。.:()“”\"']|以及|乃至|和|与|及|并|且"
# The first sign of a currency is the one that is written.
SIGNS = {
    "¥": "CNY",
    "CN¥": "CNY",
    "RMB": "CNY",
    "US$": "USD",
    "$": "USD",
    "HK$": "HKD",
    "NT$": "TWD",
    "S$": "SGD",
    "€": "EUR",
    "£": "GBP",
    "₩": "KRW",
    "JP¥": "JPY",
    "MOP$": "MOP",
    "A$": "AUD",
    "rank": "rank",
}


def word_before(text: str, place: int, floor: int) -> tuple[int, Effect] | None:
    """Give the longest known word that ends here: its start and what it says."""
    head = text[floor:place].rstrip().lower()
    for length in range(min(len(head), BEFORE.longest), 0, -1):
        word = head[-length:]
        if word in BEFORE.words and not _cuts_latin(head, len(head) - length):
            return floor + len(head) - length, BEFORE.words[word]
    return None


def word_after(text: str, place: int) -> tuple[int, Effect] | None:
    """Give the longest known word that begins here: its end and what it says."""
    tail = text[place : place + AFTER.longest + 2].lower()
    rest = tail.lstrip()
    for length in range(min(len(rest), AFTER.longest), 0, -1):
        if rest[:length] in AFTER.words and not _cuts_latin(rest, length):
            return place + len(tail) - len(rest) + length, AFTER.words[rest[:length]]
    return None


def _cuts_latin(text: str, place: int) -> bool:
    """Tell whether a cut here would fall within a word of Latin letters: over in turnover."""
    around = text[max(place - 1, 0) : place + 1]
    return len(around) > 1 and around.isascii() and around.isalpha()
