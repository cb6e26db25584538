"""What the kernel knows of processes: the CPU time they took, their memory, and where they may run."""

import contextlib
import os
import pathlib
import re
import resource

TICKS = os.sysconf("SC_CLK_TCK")
CORES = sorted(os.sched_getaffinity(0))
PROC = pathlib.Path("/proc")


def members(leaders):
    """All processes of these process groups."""
    found = []
    for folder in PROC.iterdir():
        if folder.name.isdigit():
            try:
                if fields(folder)[2] in map(str, leaders):
                    found.append(int(folder.name))
            except OSError:
                pass  # it ended meanwhile
    return found


def fields(folder):
    """/proc/PID/stat from the state on; the name before it may hold anything."""
    return (folder / "stat").read_text().rpartition(")")[2].split()


class Clock:
    """Seconds of CPU time that process groups take from now on. The scheduler counts nanoseconds, by thread; where a
    thread has ended meanwhile, the process's own account of hundredths of a second has to do."""

    def __init__(self, leaders):
        self.processes = members(leaders)
        self.before = {pid: account(pid) for pid in self.processes}

    def seconds(self):
        total = 0.0
        for pid in self.processes:
            (ticks, threads), (ticks_before, threads_before) = account(pid), self.before[pid]
            if threads_before.keys() <= threads.keys():
                total += sum(n - threads_before.get(thread, 0) for thread, n in threads.items()) / 1e9
            else:
                total += (ticks - ticks_before) / TICKS
        return total


def account(pid):
    threads = {}
    for thread in (PROC / str(pid) / "task").iterdir():
        with contextlib.suppress(OSError):
            threads[thread.name] = int((thread / "schedstat").read_text().split()[0])
    stat = fields(PROC / str(pid))
    return int(stat[11]) + int(stat[12]), threads


def clients_seconds():
    """CPU time of our own children that have ended, which are the clients, and of ourselves."""
    return sum(getattr(resource.getrusage(who), part) for who in (resource.RUSAGE_CHILDREN, resource.RUSAGE_SELF)
               for part in ("ru_utime", "ru_stime"))


def machine_seconds():
    """What all cores did since the machine started, with what its hypervisor gave to others."""
    user, nice, system, _, _, irq, softirq, steal = map(int, (PROC / "stat").read_text().split()[1:9])
    return (user + nice + system + irq + softirq + steal) / TICKS


def memory(leaders):
    """MB, each shared page counted in parts by those who share it."""
    return sum(int(re.search(r"(?m)^Pss:\s+(\d+)", (PROC / str(pid) / "smaps_rollup").read_text())[1])
               for pid in members(leaders)) * 1024 / 1e6


def allow(processes, cores):
    for pid in processes:
        for thread in (PROC / str(pid) / "task").iterdir():
            with contextlib.suppress(OSError):  # it ended meanwhile
                os.sched_setaffinity(int(thread.name), cores)
