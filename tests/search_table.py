"""The table of searches: what is typed, and the first hits that it must give, in their order.

How it is held to both engines is in `test_search_table`.
"""

from typing import Final

TABLE: Final = """
# One ideograph: regions by their abbreviation, then what begins so.
浙 | region 330000 | plan zj-ai-support-system
苏 | region 320000
皖 | region 340000
算 | topic computing-power
芯 | metric ai-chips
机 | topic robots | metric robot-density
# Two.
浙江 | region 330000 | plan zj-ai-support-system | target zj-ai-terminals.revenue | observation zj-ai-output-2024
宁波 | region 330200 | plan ningbo-fifteenth-five-year-plan
苏州 | region 320500 | plan suzhou-js-new-year-meeting-2026
绍兴 | region 330600
全国 | region 100000
算力 | topic computing-power | plan wuxi-ai-manufacturing
终端 | topic ai-terminals | plan zj-ai-terminals
产值 | metric output | observation zj-ai-output-2024
营收 | metric revenue
芯片 | metric ai-chips
基金 | measure zj-ai-support-system.fund | source ifn-2026-jiangsu-zhejiang
赛迪 | observation cn-ai-scale-2035-ccid-consulting | organization ccid-consulting
# Longer ones.
普及率 | metric adoption-rate
智能体 | topic terminals-and-agents
长三角 | region yangtze-delta
小巨人 | metric little-giants | target zj-ai-terminals.little-giants
单项冠军 | metric manufacturing-champions | observation ningbo-manufacturing-champions-2025
国内生产总值 | metric gdp
人形机器人 | topic embodied-ai
工业和信息化部 | organization miit
浙江省经济和信息化厅 | organization zj-economy-informatization | plan zj-ai-terminals
证券日报 | source securities-daily-2025-ai-race
苏浙竞逐 | source ifn-2026-jiangsu-zhejiang
补贴 | measure hangzhou-ai-highland-2025.computing-vouchers
# Traditional characters, and Taiwan's words.
機器人 | topic robots | metric robot-density
數字經濟 | topic digital-economy
營業收入 | metric revenue
人工智慧 | topic ai
浙江省人工智慧 | plan zj-ai-support-system
浙江省推進人工智慧終端產業發展行動計劃 | plan zj-ai-terminals
智慧機器人 | topic intelligent-robots
軟體 | topic information-services
晶片 | metric ai-chips
# Pinyin.
zhejiang | region 330000
ningbo | region 330200
Ning Bo | region 330200
zj | region 330000
hangzhou shi | region 330100
hangzhoushi | region 330100
xian | region 610100
Xi'an | region 610100
rengongzhineng | topic ai
suan li | topic computing-power
sl | region 611000 | topic computing-power
jiqiren | topic robots
ying ye shou ru | metric revenue
xiaojuren | metric little-giants
changsanjiao | region yangtze-delta
quanguo | region 100000
# English: number, endings, hyphens, case, width.
robots | topic robots
robot | topic robots | metric robot-density
ROBOTICS | topic robots | metric robot-density
terminal | topic terminals-and-agents | plan zj-ai-terminals
manufacturing | topic manufacturing
manufactured | topic manufacturing
computers | topic computing-power
embodied-ai | topic embodied-ai
Embodied AI | topic embodied-ai
little giants | metric little-giants
data sets | metric datasets
vouchers | plan hangzhou-ai-highland-2025 | measure hangzhou-ai-highland-2025.computing-vouchers
Yangtze River Delta | region yangtze-delta
State Council | organization state-council
Xinhua Finance | source xinhua-finance-2026-yangtze-delta
Zhejiang computing | plan zj-ai-support-measures
gdp | metric gdp
# Both.
AI终端 | topic ai-terminals | plan zj-ai-terminals
ＡＩ终端 | topic ai-terminals | plan zj-ai-terminals
5G | metric 5g-factories | observation changzhou-5g-factories-2026
人工智能+ | topic ai
# Codes and keys.
330000 | region 330000
cn-zj | region 330000
zj-ai-terminals | plan zj-ai-terminals
zj-ai-terminals.revenue | target zj-ai-terminals.revenue
miit | organization miit
# Numbers of documents.
浙政发〔2024〕12号 | plan zj-numbered
浙政發〔2024〕12號 | plan zj-numbered
浙政发[2024]12号 | plan zj-numbered
浙政发（2024）12号 | plan zj-numbered
浙政发 【2024】 12 号 | plan zj-numbered
浙政发2024 12 | plan zj-numbered
# Figures, as stated and in other words.
5000亿 | target zj-ai-terminals.revenue
5000亿元 | target zj-ai-terminals.revenue
５０００億元 | target zj-ai-terminals.revenue
5,000亿元 | target zj-ai-terminals.revenue
5000 亿 | target zj-ai-terminals.revenue
五千亿元 | target zj-ai-terminals.revenue
0.5万亿元 | target zj-ai-terminals.revenue
500 billion yuan | target zj-ai-terminals.revenue
RMB 500 billion | target zj-ai-terminals.revenue
突破5000亿元 | target zj-ai-terminals.revenue
5700亿 | observation zj-ai-output-2024
398.5 billion yuan | observation cn-ai-scale-2025-ccid-consulting
万亿元 | target js-ai-plus.industry-scale
1 trillion yuan | target js-ai-plus.industry-scale
70% | target zj-ai-terminals.adoption
７０％ | target zj-ai-terminals.adoption
七成 | target zj-ai-terminals.adoption
年均增速20%以上 | target nanjing-ai-pilot-upgrade.core-growth
100家 | target zj-ai-terminals.little-giants
2027 | plan ah-intelligent-robots | target nanjing-ai-pilot-upgrade.parks
# Signs, and the languages of the engines.
"浙江" | region 330000
《江苏省 | region 320000
浙江) AND ( | plan zj-ai-support-system
NEAR(浙江 宁波) | -
robots* | topic robots
names : robots | -
'; DROP TABLE target; -- | -
浙江 🙂 | region 330000
江苏，人工智能 | plan js-ai-regional-layout
火星移民 | -
🙂 | q_empty
* " : ( | q_empty
"""


def rows() -> list[tuple[str, list[tuple[str, str]] | str]]:
    """Give each search with its first hits by kind, in their order, or the code with which it is refused."""
    found: list[tuple[str, list[tuple[str, str]] | str]] = []
    for line in TABLE.strip().splitlines():
        if line.startswith("# "):
            continue
        q, *hits = line.split(" | ")
        if hits == ["q_empty"]:
            found.append((q, hits[0]))
        else:
            found.append((q, [(hit.split()[0], hit.split()[1]) for hit in hits if hit != "-"]))
    return found
