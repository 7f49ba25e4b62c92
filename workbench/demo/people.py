"""Invented customers: who they are, and how creditworthy.

Nobody is meant. Phones begin with 154, a prefix that no operator's public numbers are known to
use; the area part of an id card names a province alone (440000), which no real card does, while
its check character is right, so that the product's own checks accept it.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from workbench.domain.attempt import EMPLOYMENT

_ONE_CHARACTER = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许韩冯邓曹"
    "彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈"
)
SURNAMES = (*_ONE_CHARACTER, "欧阳", "上官", "诸葛", "司马")
_SURNAME_WEIGHT = 1 / (np.arange(len(SURNAMES)) + 8.0)  # the first are the commonest
GIVEN = tuple(
    "伟芳娜敏静丽强磊军洋勇艳杰涛明超霞平刚桂英华玉兰红鑫宇浩轩子涵梓睿思远雨欣佳怡晨曦博文嘉懿俊凯"
    "雪梅春燕建国志强晓琳婷倩宁海波云飞鹏程旭东瑞泽诗琪梦瑶一诺可馨"
)
PROVINCES = (
    # name, first two digits of its cards, share, how much worse its networks are
    ("广东", 44, 11.0, 1.0),
    ("江苏", 32, 8.5, 1.0),
    ("山东", 37, 8.5, 1.0),
    ("浙江", 33, 8.0, 1.0),
    ("河南", 41, 7.5, 1.1),
    ("四川", 51, 7.0, 1.2),
    ("湖北", 42, 5.5, 1.0),
    ("湖南", 43, 5.5, 1.1),
    ("河北", 13, 5.5, 1.1),
    ("安徽", 34, 5.0, 1.1),
    ("福建", 35, 4.5, 1.0),
    ("北京", 11, 4.0, 0.8),
    ("上海", 31, 4.0, 0.8),
    ("陕西", 61, 4.0, 1.2),
    ("辽宁", 21, 3.5, 1.0),
    ("重庆", 50, 3.0, 1.2),
    ("广西", 45, 3.0, 1.4),
    ("贵州", 52, 2.5, 1.8),
    ("甘肃", 62, 1.5, 2.2),
    ("新疆", 65, 1.5, 2.0),
)
BUREAUS = ("示例征信甲", "示例征信乙")
BRANDS = ("华为", "小米", "苹果", "荣耀", "vivo", "OPPO", "其他")
SOURCES = ("商品详情页", "结算页", "会员中心", "短信", "站外广告")

_EMPLOYED, _SELF, _FREELANCE, _TEMPORARY, _STUDENT, _UNEMPLOYED = range(len(EMPLOYMENT))

# Kinds of customer, by what would be held against them; about a quarter are weak.
SOUND, THIN, UNSTABLE, OVERDUE, INDEBTED, UNVERIFIED, INELIGIBLE, MIXED = range(8)
_SHARES = (0.77, 0.065, 0.045, 0.035, 0.035, 0.025, 0.012, 0.013)


@dataclass
class People:
    """One row a customer, all arrays of one length; codes point into the tuples above.

    ``kind`` is the generator's own secret and never leaves it. ``id_digits`` are the first 17
    of the card, 0 for a customer without a mainland card. ``birth`` is in days since 1970.
    """

    kind: NDArray[np.int8]
    surname: NDArray[np.int16]
    given: NDArray[np.int16]
    given2: NDArray[np.int16]  # -1: a name of one given character
    phone: NDArray[np.int64]
    province: NDArray[np.int8]
    birth: NDArray[np.int32]
    id_digits: NDArray[np.int64]
    employment: NDArray[np.int8]
    history: NDArray[np.int16]
    paid: NDArray[np.int8]
    overdue: NDArray[np.int8]
    inquiries: NDArray[np.int8]
    debt: NDArray[np.float32]
    income: NDArray[np.float32]
    verified: NDArray[np.bool_]
    score: NDArray[np.float32]  # of a bureau, nan: not asked
    bureau: NDArray[np.int8]
    brand: NDArray[np.int8]
    source: NDArray[np.int8]
    luck: NDArray[np.float32]  # 0 to 1, the same at every try: a weak file stays weak

    def __len__(self) -> int:
        return len(self.kind)


def invent(count: int, first_day: int, rng: np.random.Generator) -> People:
    """``count`` customers as they stand on ``first_day`` (days since 1970)."""

    def pick(weights: object, size: int = count) -> NDArray[np.int64]:
        share = np.asarray(weights, dtype=float)
        return np.searchsorted(np.cumsum(share / share.sum())[:-1], rng.random(size), "right")

    kind = pick(_SHARES)
    mixed = kind == MIXED
    thin = (kind == THIN) | (mixed & (rng.random(count) < 0.6))
    unstable = (kind == UNSTABLE) | (mixed & (rng.random(count) < 0.5))
    overdue = (kind == OVERDUE) | (mixed & (rng.random(count) < 0.4))
    indebted = (kind == INDEBTED) | (mixed & ~thin)

    age_days = (18.2 + 37 * rng.beta(1.6, 2.8, count)) * 365.25
    ineligible = kind == INELIGIBLE
    young = ineligible & (rng.random(count) < 0.45)
    foreign = ineligible & ~young & (rng.random(count) < 0.35)
    age_days = np.where(young, (16 + 1.8 * rng.random(count)) * 365.25, age_days)
    birth = (first_day - age_days).astype(np.int32)
    age = age_days / 365.25

    employment = pick((52, 14, 8, 5, 17, 4))
    employment = np.where((age > 28) & (employment == _STUDENT), _EMPLOYED, employment)
    employment = np.where(
        unstable, np.where(rng.random(count) < 0.55, _FREELANCE, _TEMPORARY), employment
    )
    base_income = np.array([7600, 8900, 6100, 4300, 1700, 1500])[employment]
    income = np.round(base_income * rng.lognormal(0, 0.38, count), -1)

    history = np.clip(rng.lognormal(3.5, 0.75, count), 9, 300)
    history = np.minimum(history, np.maximum(9, (age - 17) * 12))
    history = np.where(thin, rng.integers(0, 4, count), history)
    paid = np.where(rng.random(count) < 0.7, 12, rng.integers(9, 13, count))
    paid = np.where(unstable, rng.integers(1, 6, count), paid)
    debt = np.where(indebted, 0.66 + 0.3 * rng.beta(1.5, 2, count), 0.55 * rng.beta(2, 2.6, count))

    province = pick([row[2] for row in PROVINCES])
    area = np.array([row[1] for row in PROVINCES], dtype=np.int64)[province]
    sequence = np.arange(count) % 999 + 1
    asked = rng.random(count) < 0.55
    weak = thin | unstable | overdue | indebted
    score = np.where(weak, rng.normal(545, 30, count), rng.normal(655, 35, count))

    return People(
        kind=kind.astype(np.int8),
        surname=pick(_SURNAME_WEIGHT).astype(np.int16),
        given=rng.integers(0, len(GIVEN), count).astype(np.int16),
        given2=np.where(rng.random(count) < 0.3, -1, rng.integers(0, len(GIVEN), count)).astype(
            np.int16
        ),
        phone=154 * 10**8 + 100 + _scatter(count, 10**8 - 100),
        province=province.astype(np.int8),
        birth=birth,
        id_digits=np.where(foreign, 0, card(area, birth, sequence)),
        employment=employment.astype(np.int8),
        history=history.astype(np.int16),
        paid=paid.astype(np.int8),
        overdue=np.where(overdue, 2 + rng.poisson(1.1, count), rng.random(count) < 0.06).astype(
            np.int8
        ),
        inquiries=rng.poisson(np.where(weak, 2.6, 1.1)).astype(np.int8),
        debt=np.round(debt, 3).astype(np.float32),
        income=income.astype(np.float32),
        verified=kind != UNVERIFIED,
        score=np.where(asked, np.round(score), np.nan).astype(np.float32),
        bureau=np.where(asked, rng.integers(0, len(BUREAUS), count), -1).astype(np.int8),
        brand=pick((24, 19, 18, 14, 11, 10, 4)).astype(np.int8),
        source=pick((34, 30, 18, 8, 10)).astype(np.int8),
        luck=rng.random(count, dtype=np.float32),
    )


def _scatter(count: int, room: int) -> NDArray[np.int64]:
    """Different numbers below ``room`` that look unordered: the multiplier is prime."""
    return (np.arange(count, dtype=np.int64) * 15_485_863 + 31_415_927) % room


def card(area: NDArray[Any], birth: NDArray[Any], sequence: NDArray[Any]) -> NDArray[np.int64]:
    """The first 17 digits: area of six, birth date of eight, number of three."""
    day = birth.astype("datetime64[D]")
    month = day.astype("datetime64[M]")
    year = day.astype("datetime64[Y]")
    number = (
        (year.astype(np.int64) + 1970) * 10_000
        + (month - year).astype(np.int64) * 100
        + 100
        + (day - month).astype(np.int64)
        + 1
    )
    digits: NDArray[np.int64] = (area * 10**4 * 10**8 + number) * 1000 + sequence
    return digits
