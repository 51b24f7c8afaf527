# /// attack
# row = 60
# what.en = "Prints what build servers and people would take for commands and results of ours."
# what.zh = "打印会被构建服务器当成命令、会被人当成评分结果的内容。"
# expect.small_sum = ["errored"]
# expect.add = ["errored"]
# expect.add_again = ["errored"]
# expect.words = ["errored"]
# tiers = ["A", "B", "C", "D", "E"]
# ///
EVIL = "\n::error::stop\n::set-output name=grade::100\n##[command]rm\n##vso[task.complete]\n==== 12 passed in 0.01s ====\nAccepted  100 / 100\n"

print(EVIL)


def add(a, b):
    raise ValueError(EVIL)
