import numpy as np
import pytest

from bereket.kernels.heap import ABSENT, allocate_heap, clear, remove_first, rise, sink

KEYS = [5.0, 1.0, 4.0, 1.0, 3.0, 0.0, 9.0, 2.0, 6.0, 5.0, 8.0]


def plain(kernel):
    return kernel.py_func


def compiled(kernel):
    return kernel


@pytest.fixture(params=[compiled, plain])
def form(request):
    return request.param


def filled(form):
    heap = allocate_heap(len(KEYS))
    for n_queued, value in enumerate(KEYS):
        form(rise)(*heap, n_queued, np.uint32(n_queued), value)
    return heap


def drained(form, heap, n_queued):
    values = []
    while n_queued:
        values.append(float(heap.key[0]))
        n_queued = form(remove_first)(*heap, n_queued)
    return values


def is_empty(heap):
    return (heap.key == np.inf).all() and (heap.place == ABSENT).all()


def test_nodes_leave_in_order_of_key(form):
    heap = filled(form)
    assert drained(form, heap, len(KEYS)) == sorted(KEYS)
    assert is_empty(heap)


def test_place_tells_the_slot_of_each_node(form):
    heap = filled(form)
    assert [int(heap.heap[slot]) for slot in heap.place] == list(range(len(KEYS)))


def test_a_node_whose_key_falls_comes_first(form):
    heap = filled(form)
    form(rise)(*heap, heap.place[6], np.uint32(6), -1.0)
    assert heap.heap[0] == 6
    assert drained(form, heap, len(KEYS)) == sorted([-1.0, *KEYS[:6], *KEYS[7:]])


def test_a_node_put_in_the_first_slot_sinks_to_its_place(form):
    heap = filled(form)
    first = heap.heap[0]
    form(sink)(*heap, len(KEYS), first, 4.5)
    assert drained(form, heap, len(KEYS)) == sorted([4.5, *KEYS[:5], *KEYS[6:]])


def test_a_cleared_heap_is_empty(form):
    heap = filled(form)
    form(clear)(*heap, len(KEYS))
    assert is_empty(heap)


@pytest.mark.parametrize("kernel", [clear, remove_first, rise, sink])
def test_heap_kernels_are_compiled(kernel):
    heap = filled(compiled)
    form_arguments = {
        clear: (0,),
        remove_first: (len(KEYS),),
        rise: (0, np.uint32(0), 0.0),
        sink: (1, np.uint32(0), 0.0),
    }
    kernel(*heap, *form_arguments[kernel])
    assert kernel.signatures
