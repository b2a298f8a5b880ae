"""Work at rest: it can be left and taken up, comes to an end however little time there is, and is bounded."""

import threading

from experiments.studies.jobs import Jobs, Progress, work_at


class Bricks:
    """So many equal pieces."""

    def __init__(self, size: int) -> None:
        self.size, self.done = size, 0

    @property
    def finished(self) -> bool:
        return self.done == self.size

    def make_one(self) -> None:
        self.done += 1


def test_without_time_only_what_is_asked_for_at_least_is_made_and_asking_again_comes_to_an_end() -> None:
    works = [Bricks(2), Bricks(3)]
    assert work_at(works, 0) == Progress(0, 5)
    told = [work_at(works, 0, least=1).done for _ in range(5)]
    assert told == [1, 2, 3, 4, 5]
    assert work_at(works, 0, least=1).finished
    assert work_at([Bricks(4)]) == Progress(4, 4)


def test_a_work_is_taken_up_where_it_was_left_and_is_ready_once_it_is_finished() -> None:
    jobs = Jobs(Bricks, begun=4, kept=8)
    assert not jobs.are_ready([3]) and len(jobs) == 0  # asking begins none
    work_at(jobs.at([3]), 0, least=2)
    assert not jobs.are_ready([3])
    assert work_at(jobs.at([3]), 0, least=1) == Progress(3, 3)
    assert jobs.are_ready([3]) and not jobs.are_ready([3, 5])


def test_what_was_left_half_done_goes_before_what_is_finished_and_the_oldest_first() -> None:
    jobs = Jobs(Bricks, begun=2, kept=4)
    for key in (1, 2, 3):
        work_at(jobs.at([key]))
    for key in (10, 11, 12):
        work_at(jobs.at([key]), 0, least=1)
    assert jobs.are_ready([2, 3]) and len(jobs) == 4  # 1 was not looked at for longest
    assert [work.done for work in jobs.at([12, 11])] == [1, 1]
    assert [work.done for work in jobs.at([10])] == [0]  # begun anew


def test_a_cancelled_work_is_let_go_unless_it_is_finished() -> None:
    jobs = Jobs(Bricks, begun=4, kept=8)
    work_at(jobs.at([2]))
    work_at(jobs.at([9]), 0, least=5)
    jobs.cancel([2, 9, 77])
    assert jobs.are_ready([2])
    assert [work.done for work in jobs.at([9])] == [0]


def test_threads_that_ask_at_once_share_one_work() -> None:
    jobs = Jobs(Bricks, begun=4, kept=8)
    found: list[Bricks] = []
    gate = threading.Barrier(8)

    def ask() -> None:
        gate.wait()
        found.extend(jobs.at([6]))

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len({id(work) for work in found}) == 1 and len(found) == 8
