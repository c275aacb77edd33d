"""The five questions of planners, asked of a district and of Nanchang: docs/results/decisions.md.

    python experiments/decisions.py [STEP...]

Runs the commands that the page shows, once in each language, and puts what they say and draw into the
page. What was simulated lies in results/ and is not simulated again, so that a run that is broken off
goes on from there. About an hour on two cores the first time, seconds the next. With the names
of steps only these are asked anew; the others keep what the page says.
"""

import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parents[1]
PAGES = {"en": "docs/results/decisions.md", "zh": "docs/results/decisions.zh-CN.md"}
IMAGES = "docs/images/decisions"
LANGS = ("en", "zh")


class Step(NamedTuple):
    """One question to one city: commands, of which the last one answers, and its picture."""

    name: str
    commands: tuple[str, ...]
    picture: str  # "results/folder/name", without language and ending


class Question(NamedTuple):
    """A question in both languages, and its steps."""

    title: dict[str, str]
    text: dict[str, str]
    steps: tuple[Step, ...]


QUESTIONS = (
    Question(
        {"en": "What drives this?", "zh": "结果由什么决定？"},
        {
            "en": "Which of the values that nobody has measured decide the outcome, and which are worth "
            "measuring first? ([How it works](../decide/sensitivity.md))",
            "zh": "无人测量过的取值中，哪些决定结果，哪些最值得先去测量？（[方法](../decide/sensitivity.zh-CN.md)）",
        },
        (
            Step(
                "district-drivers",
                (
                    "sweep experiments/drivers.yaml",
                    "sensitivity results/drivers --outcome backlog.true --between night_visits added_staff",
                ),
                "results/drivers/sensitivity",
            ),
            Step(
                "nanchang-drivers",
                (
                    "sweep experiments/nanchang_drivers.yaml",
                    "sensitivity results/nanchang_drivers --outcome solved_share.true",
                ),
                "results/nanchang_drivers/sensitivity",
            ),
        ),
    ),
    Question(
        {"en": "Which is best, with what guarantee?", "zh": "哪一项最好，有何保证？"},
        {
            "en": "Of all policies, one each: which solves the most problems, if the gap between residents may "
            "not grow and money is limited? ([How it works](../decide/choose.md))",
            "zh": "所有政策各取一项：在群体差距不扩大、经费有限的前提下，哪一项解决的问题最多？"
            "（[方法](../decide/choose.zh-CN.md)）",
        },
        (
            Step(
                "district-choose",
                (
                    "choose scenarios/district.yaml --all --kpi solved_share.true --indifference 0.5% "
                    '--keep "segment_gap_resolution.true <= baseline + 1%" '
                    '--cost-at-most "2.2e6 CNY/year"',
                ),
                "results/district-choice/choice",
            ),
            Step(
                "nanchang-choose",
                (
                    "choose scenarios/nanchang_2011.yaml --policies added_staff hotline mandatory_reply "
                    "mediation supervision training --kpi solved_share.true --indifference 0.5%",
                ),
                "results/nanchang_2011-choice/choice",
            ),
        ),
    ),
    Question(
        {
            "en": "How many cadres, with what certainty?",
            "zh": "需要多少干部，把握有多大？",
        },
        {
            "en": "The fewest cadres with which nine years of ten meet a target; or why no number does. "
            "([How it works](../decide/staff.md))",
            "zh": "十年中有九年达标所需的最少干部；或者为什么多少干部都不够。（[方法](../decide/staff.zh-CN.md)）",
        },
        (
            Step(
                "district-on-time",
                (
                    'staff scenarios/district.yaml --target "reply_on_time.recorded >= 95%" '
                    "--certainty 90% --vary street,district --out results/district-on-time",
                ),
                "results/district-on-time/staff",
            ),
            Step(
                "district-queues",
                (
                    'staff scenarios/district.yaml --target "time_in_queue.recorded <= 8 d" '
                    "--certainty 90% --vary street,district --out results/district-queues",
                ),
                "results/district-queues/staff",
            ),
            Step(
                "nanchang-staff",
                (
                    'staff scenarios/nanchang_2011.yaml --target "reply_on_time.recorded >= 95%" '
                    "--certainty 90% --vary community,street --years 40",
                ),
                "results/nanchang_2011-staff/staff",
            ),
        ),
    ),
    Question(
        {"en": "What is the best use of 2.2 million yuan?", "zh": "220 万元怎样用最好？"},
        {
            "en": "Which policies, how much of each, how many more cadres where; and what the next 100,000 yuan "
            "would buy. ([How it works](../decide/budget.md))",
            "zh": "用哪些政策、各用多少、在哪里增加干部；再多十万元能换来什么。（[方法](../decide/budget.zh-CN.md)）",
        },
        (
            Step(
                "district-budget",
                (
                    'budget scenarios/district.yaml --budget "2.2e6 CNY/year" '
                    "--kpi reply_on_time.true",
                ),
                "results/district-budget/budget",
            ),
            Step(
                "nanchang-budget",
                (
                    'budget scenarios/nanchang_2011.yaml --budget "2.2e6 CNY/year" '
                    "--kpi reply_on_time.true --policies mediation mandatory_reply supervision "
                    "training triage --trials 40 --most 40",
                ),
                "results/nanchang_2011-budget/budget",
            ),
        ),
    ),
    Question(
        {"en": "When would the answer change?", "zh": "什么情况下答案会改变？"},
        {
            "en": "Under which values of what nobody has measured does the other policy win? "
            "([How it works](../decide/discover.md))",
            "zh": "在哪些无人测量过的取值下，另一项政策更优？（[方法](../decide/discover.zh-CN.md)）",
        },
        (
            Step(
                "district-when",
                (
                    "sweep experiments/when_staff_wins.yaml",
                    "discover results/when_staff_wins "
                    '--where "added_staff beats night_visits in satisfaction.true"',
                ),
                "results/when_staff_wins/discovery",
            ),
            Step(
                "nanchang-when",
                (
                    "sweep experiments/nanchang_when.yaml",
                    "discover results/nanchang_when "
                    '--where "hotline beats added_staff in solved_share.true by 0.4%"',
                ),
                "results/nanchang_when/discovery",
            ),
        ),
    ),
)

OPENING = {
    "en": "# Five questions, answered\n\n[中文](decisions.zh-CN.md)\n\n"
    "What planners ask, asked of the shipped district and of Nanchang as it was in 2010/11. Every answer below is what the "
    "command above it says, unchanged; `python experiments/decisions.py` makes this page. Every default of the "
    "scenarios has its source and grade (`govsim show`), and most of what decides here is an assumption: read the "
    "answers as answers of the model.\n",
    "zh": "# 五个问题与回答\n\n[English](decisions.md)\n\n"
    "规划者常问的五个问题，分别对随附的区县情景和 2010/11 年的南昌提出。下面每个回答都是其上方命令的原样输出；"
    "本页由 `python experiments/decisions.py` 生成。情景中每个默认值都有来源和等级（`govsim show`），"
    "而这里起决定作用的多是假设值：请把回答当作模型的回答来读。\n",
}


def main(names: list[str]) -> None:
    """Ask what is to be asked, and write the page in both languages."""
    steps = [step for question in QUESTIONS for step in question.steps]
    unknown = set(names) - {step.name for step in steps}
    if unknown:
        sys.exit(
            f"no such step: {', '.join(sorted(unknown))}; there are: {', '.join(s.name for s in steps)}"
        )
    (ROOT / IMAGES).mkdir(parents=True, exist_ok=True)
    said = {lang: kept(lang) for lang in LANGS}
    for step in steps:
        if not names or step.name in names or step.name not in said["zh"]:
            for lang in LANGS:
                said[lang][step.name] = ask(step, lang)
                drawn = ROOT / f"{step.picture}.{lang}.png"
                if drawn.exists():  # where the answer is that nothing helps, nothing is drawn
                    shutil.copy(drawn, ROOT / image(step, lang))
        write(said)


def ask(step: Step, lang: str) -> str:
    """What the last command of a step says."""
    text = ""
    for command in step.commands:
        print(f"govsim {command} --lang {lang}", flush=True)
        words = ["govsim", *shlex.split(command), "--lang", lang]
        done = subprocess.run(words, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True)
        text = done.stdout
    return "\n".join(line.rstrip() for line in text.splitlines()).strip("\n")


def write(said: dict[str, dict[str, str]]) -> None:
    """The pages, with what has been said so far."""
    for lang, page in PAGES.items():
        parts = [OPENING[lang]]
        for question in QUESTIONS:
            parts.append(f"## {question.title[lang]}\n\n{question.text[lang]}\n")
            steps = (step for step in question.steps if step.name in said[lang])
            parts += [block(step, lang, said[lang]) for step in steps]
        (ROOT / page).write_text("\n".join(parts), encoding="utf-8", newline="\n")


def block(step: Step, lang: str, said: dict[str, str]) -> str:
    """The commands of a step, what they said, and the picture."""
    lines = [f"<!-- {step.name} -->", "```text"]
    lines += [f"$ govsim {command}" for command in step.commands]
    lines += ["", said[step.name], "```", ""]
    if (ROOT / image(step, lang)).exists():
        sentences = (
            line for line in said[step.name].splitlines() if line.endswith((".", "。", "？", "?"))
        )
        alt = next(sentences, step.name).replace("[", "(").replace("]", ")")
        picture = Path("..") / Path(image(step, lang)).relative_to("docs")
        lines += [f"![{alt}]({picture.as_posix()})", ""]
    return "\n".join(lines)


def image(step: Step, lang: str) -> str:
    """Where the page's copy of a picture lies."""
    return f"{IMAGES}/{step.name}.{lang}.png"


def kept(lang: str) -> dict[str, str]:
    """What the page says now, by step."""
    page = ROOT / PAGES[lang]
    text = page.read_text(encoding="utf-8") if page.exists() else ""
    found = re.findall(r"<!-- (\S+) -->\n```text\n(.*?)\n```", text, flags=re.DOTALL)
    texts = ((name, text.partition("\n\n")[2].strip("\n")) for name, text in found)
    return {name: text for name, text in texts if text}


if __name__ == "__main__":
    main(sys.argv[1:])
