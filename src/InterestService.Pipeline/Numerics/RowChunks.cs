namespace InterestService.Pipeline.Numerics;

/// <summary>
/// Rows cut into chunks that depend on their number alone, so that partial sums taken by chunk and added in chunk order are the same
/// bytes for any number of threads.
/// </summary>
internal sealed class RowChunks(int rows, int threads, CancellationToken cancellation, int minimum = 1024)
{
    private const int MaximumChunks = 64;

    // A chunk keeps its own [clusters x columns] sums: more chunks would cost memory, fewer would leave threads idle.
    private readonly int _size = Math.Max(minimum, (rows + MaximumChunks - 1) / MaximumChunks);

    public int Count => (rows + _size - 1) / _size;

    /// <summary>Index of the chunk that holds a row.</summary>
    public int ChunkOf(int row) => row / _size;

    public int First(int chunk) => chunk * _size;

    public int End(int chunk) => Math.Min(rows, (chunk + 1) * _size);

    /// <summary>Calls <paramref name="body"/> with the index, the first row and the end of each chunk, on several threads.</summary>
    /// <exception cref="OperationCanceledException">The run was cancelled.</exception>
    public void ForEach(Action<int, int, int> body) =>
        Parallel.For(
            0,
            Count,
            new ParallelOptions { MaxDegreeOfParallelism = threads, CancellationToken = cancellation },
            chunk => body(chunk, First(chunk), End(chunk)));
}
