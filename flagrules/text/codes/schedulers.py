"""FR84: slices scored by other machines."""

from __future__ import annotations

from flagrules.text.codes.entry import Code

TABLE: dict[str, Code] = {
    "FR840": Code(
        zh="用 --engine {name} 需要 {need}，这台机器上没有",
        en="--engine {name} needs {need}, which this machine has not",
        fix_zh="先运行 {install}；或者不写 --engine {name}，在这一台机器上计算",
        fix_en="run {install} first; or leave --engine {name} out and let this machine score",
    ),
    "FR841": Code(
        zh="连不上 --master 给出的 {master}（{reason}）",
        en="{master}, which --master names, cannot be reached ({reason})",
        fix_zh="核对地址，如 {example}，并请管理员确认它已启动；或者不写 --engine，在这一台机器上计算",
        fix_en="see that the address is right, such as {example}, and that it is running; or leave --engine out and let this machine score",
    ),
    "FR842": Code(
        zh="一台工作机上的版本不同：这里是 {here}，那里是 {there}",
        en="a worker has other versions: {here} here, {there} there",
        fix_zh="在所有工作机上装同样的版本，再运行一次",
        fix_en="have the same versions on every worker, then run again",
    ),
    "FR843": Code(
        zh="工作机没有把 {count} 个分块写到这里看得见的地方，如 {path}",
        en="workers did not write {count} parts where this machine sees them, such as {path}",
        fix_zh="--out 要写在每台工作机都以同一路径看得见的共享文件夹里",
        fix_en="let --out name a folder that every worker sees at the same path",
    ),
    "FR844": Code(
        zh="--engine {name} 没有算完（{reason}）；原有的结果没有动",
        en="--engine {name} did not finish ({reason}); what was there is unchanged",
        fix_zh="看每台工作机上是否装了 flagrules、是否以同一路径看得见事实文件和 --out 的文件夹；再运行一次",
        fix_en="see that every worker has flagrules, and sees the fact files and the folder of --out at the same paths; then run again",
    ),
    "FR845": Code(
        zh="{master} 上 {seconds} 秒没有工作机接活",
        en="for {seconds} seconds no worker of {master} took any work",
        fix_zh="请管理员确认有工作机在运行、内存和核数够用；排队久的集群，把等待时间 {setting} 设长些",
        fix_en="see that workers are running and have the memory and cores that are asked for; where others queue, let {setting} be longer",
    ),
    "FR846": Code(
        zh="没有名为“{name}”的 --engine",
        en="there is no --engine called “{name}”",
        fix_zh="写 {guess}；可用的有：{known}",
        fix_en="write {guess}; there are: {known}",
    ),
    "FR847": Code(
        zh="用 --engine {name} 时要写 --facts（事实文件）、--master（集群）和 --out（存放结果的文件夹）",
        en="--engine {name} needs --facts (the fact files), --master (the cluster) and --out (the folder of results)",
        fix_zh="补上缺的；文件和文件夹要在每台工作机都看得见的共享文件夹里",
        fix_en="add what is missing; files and folder lie where every worker sees them",
    ),
}
