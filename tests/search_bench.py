"""How long search takes at 500 000 complaints: python -m tests.search_bench [ROWS]"""

import statistics
import sys
import tempfile
import time
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from random import Random

import sqlalchemy as sa

from workbench.domain.complaint import State
from workbench.domain.work_queue import ListQuery
from workbench.storage.models import ComplaintRow
from workbench.storage.records import SqlRecords

CHARS = (
    "用户称在京东支付开通时提示失败多次尝试仍然不行要求尽快处理并给出原因说明银行卡验证码短信实名"
)
SURNAMES = "张王李赵钱孙周吴郑冯陈褚卫蒋沈韩杨"
TYPED = ("苏铁", "白条", "白", "zhang", "白条 失败", "绒花", "白条 苏铁", "A0012", "refund", "无此")


def fill(records: SqlRecords, rows: int) -> None:
    random, start = Random(5), datetime(2024, 1, 1)
    for base in range(0, rows, 10_000):
        values = []
        for n in range(base, min(base + 10_000, rows)):
            words = "".join(random.choices(CHARS, k=60))
            words += "白条" * (n % 2) + "苏铁" * (n % 5_000 == 0) + "绒花" * (n % 50 == 0)
            at = start + timedelta(minutes=2 * n)
            values.append({
                "complaint_id": f"{n:012x}{random.getrandbits(64):016x}", "number": f"C-{at:%Y%m%d}-{n:07d}",
                "state": random.choice(list(State)[1:5]), "created_at": at, "created_by": "me",
                "customer_name": random.choice(SURNAMES) + "**", "attempt_id": f"A{n:06d}",
                "source": "phone", "description": words, "severity": "normal", "severity_rank": 1,
                "demand": "refund" if n % 3 == 0 else None, "updated_at": at, "received_at": at,
                "attempt_ids": [], "products": [], "reputation": [], "reopenings": 0, "extras": {},
                "versions": {},
            })  # fmt: skip
        with records.unit_of_work() as uow:
            uow._work.writing().execute(sa.insert(ComplaintRow), values)
            uow.commit()


def main() -> None:
    rows = int(sys.argv[1]) if len(sys.argv) > 1 else 500_000
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "records.db"
        records = SqlRecords(path, bytes(32), bytes([1]) * 32)
        began = time.perf_counter()
        fill(records, rows)
        print(f"filled in {time.perf_counter() - began:.0f} s, {path.stat().st_size >> 20} MiB")
        queries = [("any", ListQuery()), ("open", ListQuery(states=(State.OPEN,)))]
        for typed in TYPED:
            for name, base in queries:
                query, times = replace(base, text=typed), []
                for _ in range(15):
                    began = time.perf_counter()
                    with records.unit_of_work() as uow:
                        page = uow.complaints.page(query).rows
                        uow.complaints.highlights(typed, [c.complaint_id for c in page])
                    times.append((time.perf_counter() - began) * 1000)
                began = time.perf_counter()
                with records.unit_of_work() as uow:
                    counted = uow.complaints.count(query)
                count = (time.perf_counter() - began) * 1000
                median, p95 = statistics.median(times), sorted(times)[-1]
                print(f"{typed:12} {name:5} {len(page):4} rows  median {median:7.1f}"
                      f"  worst of 15 {p95:7.1f}  count {counted} {count:.0f} ms", flush=True)  # fmt: skip
        records.close()


if __name__ == "__main__":
    main()
