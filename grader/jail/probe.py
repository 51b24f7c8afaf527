"""Ask the machine what isolation it has. By experiment, in throw-away children, within a few dozen milliseconds.

Safe on any system: where it is not Linux, everything is absent. It must not change the process that asks.
"""

from __future__ import annotations

import os
import platform
import sys
import time

from grader.jail import experiments, identity, landlock, libc, procfs, view
from grader.jail.experiments import Results, in_child
from grader.jail.findings import Finding, Findings
from grader.jail.tiers import default_plan, layers_of, tier_of
from grader.model import Text

__all__ = ["Finding", "Findings", "default_plan", "layers_of", "probe", "tier_of"]


def probe() -> Findings:
    """Find out what this machine offers."""
    start_s = time.monotonic()
    works = libc.supported()
    root = works and os.geteuid() == 0
    capabilities = identity.effective_capabilities() if works else 0
    admin = bool(capabilities >> identity.CAP_SYS_ADMIN & 1)
    tried = _namespaces(admin) if works else {}
    abi = landlock.abi() if works else 0
    inside, outside = _other_uid() if works else (_absent(), _absent())
    return Findings(
        system=_system(works),
        root=_plain(Text("root", "root"), root, _same(f"uid {os.geteuid() if hasattr(os, 'geteuid') else -1}")),
        sys_admin=_plain(
            _same("CAP_SYS_ADMIN"), admin, Text("effective", "有效") if admin else Text("not effective", "无效")
        ),
        user_ns=_tried(Text("user namespaces", "用户命名空间（user namespace）"), tried, "user", _user_ns_remedy()),
        pid_ns=_tried(Text("pid namespaces", "进程号命名空间（pid namespace）"), tried, "pid", _namespace_remedy()),
        mount_ns=_tried(
            Text("mount namespaces", "挂载命名空间（mount namespace）"), tried, "mount", _namespace_remedy()
        ),
        net_ns=_tried(
            Text("network namespaces", "网络命名空间（network namespace）"), tried, "net", _namespace_remedy()
        ),
        ipc_ns=_tried(Text("ipc namespaces", "IPC 命名空间（ipc namespace）"), tried, "ipc", _namespace_remedy()),
        uts_ns=_tried(Text("uts namespaces", "主机名命名空间（uts namespace）"), tried, "uts", _namespace_remedy()),
        cgroup_ns=_tried(
            Text("cgroup namespaces", "cgroup 命名空间（cgroup namespace）"), tried, "cgroup", _namespace_remedy()
        ),
        private_root=_tried(
            Text("private root", "私有根目录（private root）"),
            tried,
            "private_root",
            Text("Needs Linux 5.12 or later and the right to mount.", "需要 Linux 5.12 或更高版本，并有挂载权限。"),
        ),
        procfs=_tried(
            Text("fresh procfs", "新的 procfs"),
            tried,
            "procfs",
            Text("Not needed: workers see no /proc.", "不需要：worker 看不到 /proc。"),
        ),
        other_uid=inside,
        other_uid_outside=outside,
        landlock=_landlock(abi),
        seccomp=_tried(
            Text("seccomp filters", "系统调用过滤（seccomp）"),
            in_child(experiments.filter_calls) if works else {},
            "seccomp",
            Text(
                "Needs a kernel with CONFIG_SECCOMP_FILTER; in a container, a profile that allows the call seccomp.",
                "需要启用了 CONFIG_SECCOMP_FILTER 的内核；在容器中，容器的 seccomp 配置须允许 seccomp 调用。",
            ),
        ),
        pidfd=_pidfd(works),
        cgroup_v1=_cgroup(_same("cgroup v1"), _cgroup_v1() if works else ""),
        cgroup_v2=_cgroup(_same("cgroup v2"), _cgroup_v2() if works else ""),
        landlock_abi=abi,
        probe_s=time.monotonic() - start_s,
    )


def _namespaces(admin: bool) -> Results:
    tried = in_child(lambda results: experiments.namespaces(results, with_user=True))
    if tried.get("user") != 0 and admin:
        tried |= in_child(lambda results: experiments.namespaces(results, with_user=False))
    return tried


def _same(name: str) -> Text:
    return Text(name, name)


def _refused(number: int) -> Text:
    reason = os.strerror(number) if number > 0 else "?"
    return Text(f"refused: {reason}", f"被拒绝：{reason}")


def _absent() -> Finding:
    return _plain(
        Text("another uid for workers", "worker 使用另外的 uid"), False, Text("not on this system", "此系统不支持")
    )


def _plain(name: Text, ok: bool, detail: Text, remedy: Text | None = None) -> Finding:
    return Finding(name=name, ok=ok, detail=detail, remedy=_same("") if ok or remedy is None else remedy)


def _tried(name: Text, results: Results, key: str, remedy: Text) -> Finding:
    number = results.get(key)
    if number is None:
        return _plain(name, False, Text("could not be tried", "无法尝试"), remedy)
    if number == 0:
        return _plain(name, True, Text("works", "可用"))
    return _plain(name, False, _refused(number), remedy)


def _system(works: bool) -> Finding:
    detail = _same(f"{sys.platform} {platform.release()} {libc.machine()}")
    remedy = Text(
        "Isolation needs Linux on x86_64 or aarch64; elsewhere use a virtual machine or a container.",
        "隔离需要 x86_64 或 aarch64 上的 Linux；在其他系统上请使用虚拟机或容器。",
    )
    return _plain(Text("operating system", "操作系统"), works, detail, remedy)


def _user_ns_remedy() -> Text:
    return Text(
        "Raise user.max_user_namespaces, and where the system restricts them, allow them for this interpreter "
        "(kernel.apparmor_restrict_unprivileged_userns, or the container's seccomp profile).",
        "调高 user.max_user_namespaces；如果系统另有限制，请为这个解释器放开"
        "（kernel.apparmor_restrict_unprivileged_userns，或容器的 seccomp 配置）。",
    )


def _namespace_remedy() -> Text:
    return Text("Comes with user namespaces, or with CAP_SYS_ADMIN.", "有了用户命名空间或 CAP_SYS_ADMIN 就会有。")


def _landlock(abi: int) -> Finding:
    name = _same("Landlock")
    remedy = Text(
        "Needs Linux 5.13 or later with CONFIG_SECURITY_LANDLOCK and landlock in the boot option lsm=.",
        "需要 Linux 5.13 或更高版本，启用 CONFIG_SECURITY_LANDLOCK，并在启动参数 lsm= 中包含 landlock。",
    )
    if not abi:
        return _plain(name, False, Text("not in this kernel", "内核不支持"), remedy)
    finding = _tried(name, in_child(experiments.restrict_files), "landlock", remedy)
    return _plain(name, True, _same(f"ABI {abi}")) if finding.ok else finding


def _pidfd(works: bool) -> Finding:
    results: Results = {}
    if works:
        experiments.attempt(results, "pidfd", lambda: os.close(os.pidfd_open(os.getpid())))
    return _tried(_same("pidfd"), results, "pidfd", Text("Needs Linux 5.3 or later.", "需要 Linux 5.3 或更高版本。"))


def _other_uid() -> tuple[Finding, Finding]:
    inside, outside = (
        Text("another uid for workers", "worker 使用另外的 uid"),
        Text("another uid for workers, without a private root", "worker 使用另外的 uid（没有私有根目录时）"),
    )
    ids = identity.my_worker_ids()
    if not identity.may_change_ids():
        missing = Text("needs CAP_SETUID and CAP_SETGID", "需要 CAP_SETUID 和 CAP_SETGID")
        return _plain(inside, False, missing), _plain(outside, False, missing)
    if ids is None:
        missing = Text("only a few ids are mapped here", "这里只映射了少数几个 id")
        remedy = Text(
            "Give the container a range of at least 8192 uids and gids.", "请给容器分配至少 8192 个 uid 和 gid。"
        )
        return _plain(inside, False, missing, remedy), _plain(outside, False, missing, remedy)
    needed = [os.__file__, *view.site_folders()]
    remedy = Text(
        "Make the interpreter and its packages readable for others (chmod -R o+rX).",
        "让其他用户可以读取解释器及其软件包（chmod -R o+rX）。",
    )
    closed = next(view.closed_to_others(needed), None)
    number = in_child(experiments.reach_as(ids.first, needed)).get("reach", -1)
    found = Text(f"uid {ids.first} and up", f"uid {ids.first} 起")
    return (
        _plain(
            inside, closed is None, Text(f"not readable: {closed}", f"无法读取：{closed}") if closed else found, remedy
        ),
        _plain(outside, number == 0, _refused(number) if number else found, remedy),
    )


def _cgroup_detail(folder: str, writable: bool) -> Text:
    if not folder:
        return Text("not mounted, or without memory", "未挂载，或不含内存控制器")
    return Text(f"writable: {folder}", f"可写：{folder}") if writable else Text("not writable", "不可写")


def _cgroup(name: Text, folder: str) -> Finding:
    ok = bool(folder) and os.access(folder, os.W_OK)
    detail = _cgroup_detail(folder, ok)
    return _plain(
        name, ok, detail, Text("Not needed: memory is limited by address space.", "不需要：内存按地址空间限制。")
    )


def _cgroup_v1() -> str:
    for line in procfs.read("self/cgroup").decode().splitlines():
        _, controllers, path = line.split(":", 2)
        if "memory" in controllers.split(","):
            folder = f"/sys/fs/cgroup/memory{path}"
            return folder if os.path.isdir(folder) else "/sys/fs/cgroup/memory"
    return ""


def _cgroup_v2() -> str:
    for line in procfs.read("self/cgroup").decode().splitlines():
        if line.startswith("0::"):
            for base in ("/sys/fs/cgroup", "/sys/fs/cgroup/unified"):
                folder = os.path.normpath(f"{base}/{line[3:]}")
                try:
                    with open(f"{folder}/cgroup.controllers", encoding="ascii") as file:
                        return folder if "memory" in file.read() else ""
                except OSError:
                    continue
    return ""
