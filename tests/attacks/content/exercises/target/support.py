def counted(submission, start, steps):
    counter = submission.make_counter(start)
    return [counter.step(each) for each in steps]
