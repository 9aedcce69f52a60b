namespace InterestService.Pipeline.Numerics;

/// <summary>
/// Rows divided into chunks that depend on the number of rows alone: partial sums by chunk, added in the order of the chunks, are the same
/// bytes for any number of threads.
/// </summary>
/// <param name="rows">Number of rows.</param>
/// <param name="threads">Maximum number of threads.</param>
/// <param name="cancellation">Checked before each chunk.</param>
/// <param name="minimum">Minimum number of rows in a chunk.</param>
internal sealed class RowChunks(int rows, int threads, CancellationToken cancellation, int minimum = 1024)
{
    /// <summary>Minimum number of rows in a chunk where each row is compared with many others: 16 tiles of 6 rows.</summary>
    public const int PairwiseMinimum = 96;

    private const int MaxChunks = 64;

    // A chunk keeps its own [clusters x columns] sums: more chunks would cost memory, fewer would leave threads idle.
    private readonly int _size = Math.Max(minimum, (rows + MaxChunks - 1) / MaxChunks);

    /// <summary>Number of chunks.</summary>
    public int Count => (rows + _size - 1) / _size;

    /// <summary>Returns the index of the chunk that holds a row.</summary>
    public int ChunkOf(int row) => row / _size;

    public int First(int chunk) => chunk * _size;

    public int End(int chunk) => Math.Min(rows, (chunk + 1) * _size);

    /// <summary>
    /// Calls <paramref name="body"/> with the index, the first row and the end of each chunk, on several threads: those of the scheduler of
    /// the calling task, so that a host decides where the pipeline computes.
    /// </summary>
    /// <exception cref="OperationCanceledException">The run was cancelled.</exception>
    public void ForEach(Action<int, int, int> body) =>
        Parallel.For(
            0,
            Count,
            new ParallelOptions { MaxDegreeOfParallelism = threads, CancellationToken = cancellation, TaskScheduler = TaskScheduler.Current },
            chunk => body(chunk, First(chunk), End(chunk)));
}

/// <summary>Progress of a stage of equal parts within a longer run. Thread-safe; reports come one at a time.</summary>
/// <param name="report">Receives the completed fraction of the whole run; null to report nothing.</param>
/// <param name="from">Fraction at the beginning of the stage.</param>
/// <param name="to">Fraction at its end.</param>
/// <param name="parts">Number of parts.</param>
internal sealed class StageProgress(Action<double>? report, double from, double to, int parts)
{
    private readonly Lock _lock = new();
    private int _done;

    /// <summary>Reports that one more part is done.</summary>
    public void Step()
    {
        lock (_lock)
            report?.Invoke(from + ((to - from) * ++_done / parts));
    }
}
