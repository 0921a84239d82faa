"""The unfinished file of one task and the state file beside it, which says what its bytes are worth.

`v.mp4.part` holds the bytes, `v.mp4.part.state` says of which task, which version of the hosted file and how long it
is. The state file is locked (flock) as long as somebody writes the part, so no two processes ever do, and the lock
of a killed process ends with it. Both are made under a lock of the directory, so that two processes that begin at
the same moment find each other's.

Whenever the process dies, the pair on disk is one that can be continued: the state never describes bytes that are
not there, because the part is emptied before the state changes to another version.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import stat
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Final

import msgspec

from headswap_tui.domain.errors import TransferFailed
from headswap_tui.domain.filenames import numbered
from headswap_tui.domain.task import TaskId
from headswap_tui.domain.text import safe
from headswap_tui.downloads import disk
from headswap_tui.downloads.control import Control
from headswap_tui.downloads.turn import lock

PART_SUFFIX: Final = ".part"
STATE_SUFFIX: Final = ".part.state"
_STATE_BYTES: Final = 4096
"""The state is padded to one size and written by one call, so that no reader meets half of one."""
_LONGEST_VALIDATOR: Final = 512
_DIRECTORY_TRIES: Final = 100
_DIRECTORY_WAIT_S: Final = 0.02
_BOOT_ID: Final = Path("/proc/sys/kernel/random/boot_id")


class PartState(msgspec.Struct, frozen=True, omit_defaults=True):
    """What is known of the bytes in a part; never holds the address itself, which may carry a signature."""

    task: TaskId
    host: str = ""
    """Where the bytes came from; for people."""
    etag: str | None = None
    """Strong ones only: a weak one does not promise the same bytes."""
    last_modified: str | None = None
    total: int | None = None
    """Length of the whole file; `None` until the server said."""
    final: str | None = None
    """The name that the finished file is taking or has taken."""
    is_complete: bool = False
    """Every byte is there, whether or not `total` was ever announced."""
    is_refused: bool = False
    """Complete, but not a video: another try begins anew."""
    synced: int = 0
    """Bytes that are safe on disk since `boot`: after a power cut, only they count."""
    boot: str = ""

    @property
    def validator(self) -> str | None:
        """For `If-Range`; `None` if these bytes cannot be told from those of another version."""
        return self.etag or self.last_modified


def validators(etag: str | None, last_modified: str | None) -> tuple[str | None, str | None]:
    """The two headers as far as they identify exact bytes and can be sent back: no weak tags, nothing odd."""
    return (
        etag if etag and not etag.startswith("W/") and _can_be_sent(etag) else None,
        last_modified if last_modified and _can_be_sent(last_modified) else None,
    )


def _can_be_sent(validator: str) -> bool:
    return len(validator) <= _LONGEST_VALIDATOR and validator.isascii() and validator.isprintable()


class Part:
    """An open, locked part; made by `claim`. Not for use by two threads."""

    def __init__(
        self, directory: Path, name: str, *, wanted: str, state: PartState, state_fd: int, free: disk.FreeBytes
    ) -> None:
        """`name`: what the pair on disk is named after; `wanted`: what the finished file should be called."""
        self.directory = directory
        self.name = name
        self.wanted = wanted
        self.state = state
        self.path = directory / (name + PART_SUFFIX)
        self.size = 0
        """Bytes in the part."""
        self._state_path = directory / (name + STATE_SUFFIX)
        self._state_fd = state_fd
        self._free = free
        self._fd = -1

    def open(self) -> None:
        """Open the part's own file. Raises `TransferFailed`, `DiskFull`."""
        flags = os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC
        try:
            self._fd = os.open(self.path, flags, 0o666)
            figures = os.fstat(self._fd)
            if not stat.S_ISREG(figures.st_mode):
                raise TransferFailed(f"{safe(str(self.path), 200)} is no plain file.")
            self.size = figures.st_size
            boot = _boot_id()
            if self.state.boot != boot:
                # The machine went down since: bytes that were never synced may read as zeros now.
                self.size = min(self.size, self.state.synced)
                os.ftruncate(self._fd, self.size)
                self.save(boot=boot, synced=self.size)
            os.lseek(self._fd, self.size, os.SEEK_SET)
        except OSError as error:
            raise disk.in_words(error, self.path, None, self._free) from error

    def save(self, **changes: object) -> None:
        """Change the state, on disk too. Raises `DiskFull`, `TransferFailed`."""
        state = msgspec.structs.replace(self.state, **changes)
        try:
            _write_state(self._state_fd, state)
        except OSError as error:
            raise disk.in_words(error, self._state_path, None, self._free) from error
        self.state = state

    def restart(self) -> None:
        """Throw the bytes away. Raises `DiskFull`, `TransferFailed`."""
        self._truncate()
        self.save(etag=None, last_modified=None, total=None, is_complete=False, is_refused=False, synced=0)

    def _truncate(self) -> None:
        try:
            os.ftruncate(self._fd, 0)
            os.lseek(self._fd, 0, os.SEEK_SET)
        except OSError as error:
            raise disk.in_words(error, self.path, None, self._free) from error
        self.size = 0

    def write(self, piece: memoryview) -> None:
        """Append. Raises `DiskFull`, `TransferFailed`; what fitted stays and counts."""
        while piece:
            try:
                written = os.write(self._fd, piece)
            except OSError as error:
                needed = None if self.state.total is None else self.state.total - self.size
                raise disk.in_words(error, self.path, needed, self._free) from error
            self.size += written
            piece = piece[written:]

    def check_room(self) -> None:
        """Raises `DiskFull` unless what is still to come fits."""
        disk.check_room(self.directory, max((self.state.total or 0) - self.size, 0), self._free)

    def sync(self) -> None:
        """Make the bytes so far safe from a power cut. Raises `DiskFull`, `TransferFailed`."""
        try:
            os.fsync(self._fd)
        except OSError as error:
            raise disk.in_words(error, self.path, None, self._free) from error
        if self.state.synced != self.size:
            self.save(synced=self.size)

    def finish(self) -> Path:
        """Give the complete part its final name, durably; returns it. Raises `DiskFull`, `TransferFailed`.

        That is the wanted name or, past different files, a numbered one. A file of the same bytes on the way there is
        taken for this one: it was finished before by a process that died before it could tell.
        """
        self.sync()
        try:
            for name in numbered(self.wanted):
                is_reserved = self.state.final == name
                self.save(final=name)
                if disk.take_name(self.path, self.directory / name, is_reserved=is_reserved):
                    break
            self._state_path.unlink(missing_ok=True)
            disk.sync_directory(self.directory)
        except OSError as error:
            raise disk.in_words(error, self.directory / self.name, None, self._free) from error
        return self.directory / name

    def close(self) -> None:
        """Let go of file and lock; the pair stays on disk unless it holds nothing. Does nothing the second time."""
        if not self.size and self._fd >= 0:
            with contextlib.suppress(OSError):
                self.path.unlink(missing_ok=True)
                self._state_path.unlink(missing_ok=True)
        for descriptor in (self._fd, self._state_fd):
            if descriptor >= 0:
                os.close(descriptor)
        self._fd = self._state_fd = -1


def claim(
    directory: Path, name: str, task_id: TaskId, control: Control, free: disk.FreeBytes = disk.free_bytes
) -> Part | Path:
    """The task's part in `directory`, locked: the one begun before under whatever name, else a new one for `name`.

    While another process writes it, this waits; if that one finished meanwhile, the finished file is returned
    instead. Raises `TransferFailed`, `DiskFull`, `DownloadCancelled`.
    """
    while True:
        try:
            directory.mkdir(parents=True, exist_ok=True)
            with _locked_directory(directory, control):
                taken, state_fd = _begun(directory, task_id) or _new(directory, name, task_id)
            outcome = _lock(directory, taken, wanted=name, state_fd=state_fd, control=control, free=free)
        except OSError as error:
            raise disk.in_words(error, directory / name, None, free) from error
        if outcome is not None:
            return outcome


def discard(directory: Path, ids: Collection[TaskId]) -> int:
    """Delete the parts in `directory` that were begun for these tasks, but for those that somebody writes.

    Returns how many went. Never raises: what cannot be deleted stays.
    """
    count = 0
    try:
        for name, descriptor in _states(directory):
            try:
                state = _read_state(descriptor)
                if state is not None and state.task in ids:
                    fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    (directory / (name + PART_SUFFIX)).unlink(missing_ok=True)
                    (directory / (name + STATE_SUFFIX)).unlink(missing_ok=True)
                    count += 1
            except OSError:
                continue
            finally:
                os.close(descriptor)
    except OSError:
        return count  # no such directory, or not ours to read
    return count


def _lock(
    directory: Path, name: str, *, wanted: str, state_fd: int, control: Control, free: disk.FreeBytes
) -> Part | Path | None:
    """What the open state file leads to once nobody else holds it; `None` if it came to nothing meanwhile."""
    is_ours = False
    try:
        lock(state_fd, control)
        state = _read_state(state_fd)
        done = directory / state.final if state and state.final else None
        is_there = done is not None and done.is_file() and state is not None and done.stat().st_size == state.total
        if os.fstat(state_fd).st_nlink == 0:  # whoever held it finished and took it away
            return done if is_there else None
        part = directory / (name + PART_SUFFIX)
        if done is not None and is_there and not part.exists():  # died between taking the name and tidying up
            (directory / (name + STATE_SUFFIX)).unlink(missing_ok=True)
            return done
        if state is None:
            return None
        is_ours = True
        return Part(directory, name, wanted=wanted, state=state, state_fd=state_fd, free=free)
    finally:
        if not is_ours:
            os.close(state_fd)


def _begun(directory: Path, task_id: TaskId) -> tuple[str, int] | None:
    """Name and open state file of the part that was begun for this task; `None` if there is none."""
    for name, descriptor in _states(directory):
        state = _read_state(descriptor)
        if state is not None and state.task == task_id:
            return name, descriptor
        os.close(descriptor)
    return None


def _states(directory: Path) -> Iterator[tuple[str, int]]:
    """Name and open state file of every part; whoever takes one closes it. Raises `OSError`."""
    with os.scandir(directory) as entries:
        names = sorted(entry.name for entry in entries if entry.name.endswith(STATE_SUFFIX))
    for name in names:
        try:
            descriptor = os.open(directory / name, os.O_RDWR | os.O_NOFOLLOW | os.O_CLOEXEC)
        except OSError:
            continue  # finished and gone since, or not ours to read
        yield name.removesuffix(STATE_SUFFIX), descriptor


def _new(directory: Path, name: str, task_id: TaskId) -> tuple[str, int]:
    """Name and open state file of a new part, under the first name that nothing else uses. Raises `OSError`."""
    for candidate in numbered(name):
        final, part = directory / candidate, directory / (candidate + PART_SUFFIX)
        if final.exists() or final.is_symlink() or part.exists() or part.is_symlink():
            continue
        flags = os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC
        try:
            descriptor = os.open(directory / (candidate + STATE_SUFFIX), flags, 0o666)
        except FileExistsError:
            continue  # another task's; the next number then
        try:
            _write_state(descriptor, PartState(task=task_id, boot=_boot_id()))
        except OSError:
            os.close(descriptor)
            (directory / (candidate + STATE_SUFFIX)).unlink(missing_ok=True)
            raise
        return candidate, descriptor
    raise AssertionError("names never end")


@contextlib.contextmanager
def _locked_directory(directory: Path, control: Control) -> Iterator[None]:
    """Held for the blink of looking around and making a state file.

    Not waited for in earnest: where directories cannot be locked, or whoever holds the lock was stopped in its tracks,
    going on without it risks no more than two parts of one task. Raises `DownloadCancelled`.
    """
    descriptor = os.open(directory, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        for _ in range(_DIRECTORY_TRIES):
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                control.wait(_DIRECTORY_WAIT_S)
            except OSError:
                break
        yield
    finally:
        os.close(descriptor)


def _read_state(descriptor: int) -> PartState | None:
    try:
        return msgspec.json.decode(os.pread(descriptor, _STATE_BYTES, 0), type=PartState)
    except (OSError, msgspec.MsgspecError, UnicodeDecodeError):
        return None


def _write_state(descriptor: int, state: PartState) -> None:
    written = os.pwrite(descriptor, msgspec.json.encode(state).ljust(_STATE_BYTES), 0)
    if written != _STATE_BYTES:
        raise OSError(28, os.strerror(28))


def _boot_id() -> str:
    try:
        return _BOOT_ID.read_text().strip()
    except OSError:
        return ""
