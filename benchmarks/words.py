"""The industries that the made-up dataset names, in Chinese and in the same order in English.

Everything else that it names is in the committed vocabulary.
"""

from typing import Final

FIELDS: Final = (
    *("集成电路", "生物医药", "新能源汽车", "高端装备", "新材料", "光伏", "储能", "低空经济", "商业航天"),
    *(
        "量子信息",
        "脑机接口",
        "工业母机",
        "智能网联汽车",
        "卫星互联网",
        "氢能",
        "合成生物",
        "元宇宙",
        "区块链",
    ),
    *("跨境电商", "现代物流", "数字金融", "智慧农业", "海洋经济", "文化旅游", "绿色建筑", "节能环保", "核电"),
    *("船舶制造", "轨道交通", "纺织服装", "家用电器", "食品加工", "石油化工", "钢铁", "有色金属", "稀土"),
    *("医疗器械", "中医药", "养老服务", "软件", "大数据", "云计算", "网络安全", "北斗", "虚拟现实"),
)
ENGLISH_FIELDS: Final = (
    *("integrated circuits", "biomedicine", "new energy vehicles", "high-end equipment", "new materials"),
    *("photovoltaics", "energy storage", "the low-altitude economy", "commercial space flight"),
    *("quantum information", "brain-computer interfaces", "machine tools", "connected vehicles"),
    *("satellite internet", "hydrogen", "synthetic biology", "virtual worlds", "blockchains"),
    *("cross-border trade", "logistics", "digital finance", "smart farming", "the marine economy"),
    *("culture and tourism", "green building", "environmental protection", "nuclear power", "shipbuilding"),
    *("rail transport", "textiles", "household appliances", "food processing", "petrochemicals", "steel"),
    *("non-ferrous metals", "rare earths", "medical devices", "Chinese medicine", "elderly care"),
    *("software", "big data", "cloud computing", "network security", "satellite navigation"),
    "virtual reality",
)
