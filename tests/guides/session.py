"""A reader's shell: one bash in which a guide's commands run one after the other, so that functions and variables stay. It has a
terminal, on which what asks for passwords and PINs is answered."""
import fcntl
import os
import pathlib
import re
import select
import signal
import subprocess
import termios
import time

from guide import Fault

# Inside a loop or a function a command that fails is as bad as outside, though the shell goes on: ERR tells of the first.
LOOP = r"""
set -o pipefail -E
trap 'failed=${failed:-$?}' ERR
while read -r -u 8 number; do
  failed=
  eval "$(<"$INKAN_GUIDES/$number.sh")" 8<&- 9>&- >"$INKAN_GUIDES/$number.out" 2>&1 </dev/null
  last=$?
  echo "${failed:-$last}" >&9
done
"""


class Session:
    def __init__(self, folder, environment):
        self.notes = pathlib.Path(folder) / ".shell"
        self.notes.mkdir()
        self.number = 0
        self.others = []
        orders, self.orders = os.pipe()
        self.answers, answers = os.pipe()
        script = self.notes / "loop"
        script.write_text(f"exec 8<&{orders} {orders}<&- 9>&{answers} {answers}>&-\n" + LOOP)
        self.terminal, self.slave = os.openpty()
        self.process = subprocess.Popen(["bash", "--noprofile", "--norc", str(script)], cwd=folder, pass_fds=(orders, answers, self.slave), stdin=subprocess.DEVNULL,
                                        start_new_session=True, preexec_fn=lambda: fcntl.ioctl(self.slave, termios.TIOCSCTTY, 0), env=dict(environment, INKAN_GUIDES=str(self.notes)))
        for each in (orders, answers):
            os.close(each)

    def run(self, text, typed=(), seconds=60):
        """Exit status, and what was written to stdout, stderr and the terminal together. Each line of `typed` answers one question."""
        self.number += 1
        (self.notes / f"{self.number}.sh").write_text(text)
        os.write(self.orders, f"{self.number}\n".encode())
        typed, asked, end = list(typed), "", time.monotonic() + seconds
        while time.monotonic() < end:
            ready = select.select([self.answers, self.terminal], [], [], 0.1)[0]
            if self.terminal in ready:
                asked += os.read(self.terminal, 4096).decode(errors="replace")
            elif self.answers in ready:
                answer = os.read(self.answers, 100).decode()
                if not answer:
                    raise Fault(f"the shell itself ended: {text}\n{asked}{self.output(self.number)}")
                if typed:
                    raise Fault(f"it asked for {len(typed)} lines less than were to be typed: {text}\n{asked}{self.output(self.number)}")
                return int(answer), asked.replace("\r\n", "\n") + self.output(self.number)
            if typed and re.search(r": ?\Z", asked + self.output(self.number)):
                time.sleep(0.1)  # until it listens
                asked += "\n"
                os.write(self.terminal, f"{typed.pop(0)}\n".encode())
        raise Fault(f"not done after {seconds} s: {text}\n{asked}{self.output(self.number)}")

    def output(self, number):
        file = self.notes / f"{number}.out"
        return file.read_text(errors="replace") if file.exists() else ""

    def begin(self, text, until, seconds=30):
        """Beside the others, until its output has a match of `until`; its process id and that output."""
        out = self.notes / f"beside-{self.number}.out"
        out.touch()
        status, said = self.run(f"( exec {text}\n) >{out} 2>&1 </dev/null & echo $!")
        process = int(said)
        self.others.append(process)
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            said = out.read_text(errors="replace")
            if re.search(until, said, re.M):
                return process, said
            time.sleep(0.05)
        raise Fault(f"after {seconds} s it has not said what it should ({until}): {text}\n{said}")

    def end(self, process):
        self.others.remove(process)
        os.kill(process, signal.SIGTERM)
        self.run(f"wait {process}")

    def close(self):
        for process in self.others:
            try:
                os.kill(process, signal.SIGTERM)
            except ProcessLookupError:
                pass
        os.close(self.orders)
        os.close(self.answers)
        os.close(self.terminal)
        os.close(self.slave)
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
