using System.Buffers;
using System.Numerics.Tensors;
using InterestService.Pipeline.Numerics;
using InterestService.Pipeline.Numerics.LinearAlgebra;

namespace InterestService.Pipeline.Encoding.LinearModels;

/// <summary>
/// Ridge regression of the next item on the decayed history before it, over all positions of all histories:
/// <c>B = (S^T S + λI)^-1 S^T T</c>, where a row of S has the items before a position, each later one with more weight, and that of T the item
/// at the position. A pair of items contributes to S^T S and S^T T by its distance in the history, so neither S nor T is ever built.
/// </summary>
/// <remarks>
/// Dense in the <see cref="MaxSources"/> most frequent items, 64 MB: all items are predicted exactly from those. A rarer item predicts by its
/// own coefficient alone, as if it were independent of the others. Of each item's coefficients the largest are kept; with more of them no
/// ranking was better.
/// </remarks>
public sealed class NextItemRegression
{
    /// <summary>Maximum number of items whose coefficients are solved together.</summary>
    public const int MaxSources = 4096;

    /// <summary>Number of coefficients of an item that are kept.</summary>
    private const int MaxCoefficients = 100;

    // A pair whose weight is a hundredth of that of neighbours changes no ranking.
    private const double MinWeight = .01;

    /// <summary>Bytes of the products of one chunk of sources, which should stay in the cache.</summary>
    private const int ChunkBytes = 4 << 20;
    private const int MinChunk = 16;
    private const int MaxChunk = 128;

    private readonly OrderedItems _histories;
    private readonly int _itemCount;
    private readonly int _threads;
    private readonly CancellationToken _cancellation;
    private readonly double _regularization;

    /// <summary>Weight of an item by its distance to the next one, from 1: <c>[1 + reach]</c>; the first is not used.</summary>
    private readonly float[] _decay;

    /// <summary>Position among the sources, <c>[items]</c>; -1 for a rarer item.</summary>
    private readonly int[] _sourceOf;

    private readonly int[] _sources;

    private NextItemRegression(
        OrderedItems histories, int itemCount, int maxSources, double halfLife, double regularization, int threads, CancellationToken cancellation)
    {
        (_histories, _itemCount, _regularization, _threads, _cancellation) = (histories, itemCount, regularization, threads, cancellation);
        _decay = [.. Enumerable.Range(0, 1 + OrderedItems.Reach(halfLife, MinWeight)).Select(distance => (float)Math.Pow(2, (1 - distance) / halfLife))];
        int[] users = new int[itemCount];
        foreach (int item in histories.Items) users[item]++;
        _sources = [.. Enumerable.Range(0, itemCount).Where(item => users[item] > 0).OrderByDescending(item => users[item]).Take(maxSources)];
        _sourceOf = new int[itemCount];
        Array.Fill(_sourceOf, -1);
        for (int i = 0; i < _sources.Length; i++) _sourceOf[_sources[i]] = i;
    }

    /// <summary>Solves for the coefficients.</summary>
    /// <param name="histories">Histories to learn from.</param>
    /// <param name="itemCount">Number of items.</param>
    /// <param name="halfLife">Number of items after which an earlier one counts half.</param>
    /// <param name="regularization">λ, above 0.</param>
    /// <param name="threads">Maximum number of threads; the bytes do not depend on it.</param>
    /// <param name="cancellation">Checked before each chunk of rows.</param>
    /// <param name="maxSources">Maximum number of items that are solved together.</param>
    /// <returns>Positive coefficients, <c>[items x next items]</c>; disposed by the caller.</returns>
    /// <exception cref="OperationCanceledException">The run was cancelled.</exception>
    public static SparseRows Solve(
        OrderedItems histories, int itemCount, double halfLife, double regularization, int threads, CancellationToken cancellation,
        int maxSources = MaxSources)
    {
        var regression = new NextItemRegression(histories, itemCount, maxSources, halfLife, regularization, threads, cancellation);
        var coefficients = new (int Column, float Value)[itemCount][];
        double[] diagonal = new double[itemCount];
        using var positions = histories.Positions(itemCount);
        using var users = positions.Transpose();
        using (var matrix = regression.Covariance(diagonal))
        {
            PositiveInverse.Compute(matrix, regression._sources.Length, (float)regularization, threads, cancellation);
            regression.SolveFrequent(matrix, users, coefficients);
        }

        regression.SolveRare(diagonal, users, coefficients);
        return SparseRows.Create(itemCount, coefficients);
    }

    /// <summary>Computes S^T S + λI for the sources, its lower triangle, and the diagonal of S^T S for all items.</summary>
    private Column<float> Covariance(double[] diagonal)
    {
        var matrix = new Column<float>(_sources.Length * _sources.Length);
        var values = matrix.Span;
        double square = (double)_decay[Math.Min(2, _decay.Length - 1)] * _decay[Math.Min(2, _decay.Length - 1)];
        for (int user = 0; user < _histories.UserCount; user++)
        {
            _cancellation.ThrowIfCancellationRequested();
            var items = _histories.Items.Span[_histories.Offsets[user].._histories.Offsets[user + 1]];
            // Sum of the squared weights of an item at all later positions but the last, which nothing follows.
            double later = 0;
            for (int k = items.Length - 2; k >= 0; k--)
            {
                later = 1 + (square * later);
                diagonal[items[k]] += later;
                int source = _sourceOf[items[k]];
                if (source < 0) continue;
                for (int j = Math.Max(0, k + 2 - _decay.Length); j < k; j++)
                {
                    int other = _sourceOf[items[j]];
                    if (other >= 0) values[(Math.Max(source, other) * _sources.Length) + Math.Min(source, other)] += (float)(later * _decay[k - j + 1]);
                }
            }
        }

        for (int i = 0; i < _sources.Length; i++) values[(i * _sources.Length) + i] = (float)(diagonal[_sources[i]] + _regularization);
        return matrix;
    }

    /// <summary>Multiplies the inverse by S^T T, some sources at a time.</summary>
    private void SolveFrequent(Column<float> inverse, SparseRows users, (int Column, float Value)[][] coefficients)
    {
        int size = _sources.Length, width = Math.Clamp(ChunkBytes / sizeof(float) / Math.Max(1, _itemCount), MinChunk, MaxChunk);
        new RowChunks(size, _threads, _cancellation, minimum: width).ForEach((_, from, end) =>
        {
            float[] products = ArrayPool<float>.Shared.Rent(width * _itemCount);
            for (int first = from; first < end; first += width)
            {
                _cancellation.ThrowIfCancellationRequested();
                int count = Math.Min(width, end - first);
                Multiply(inverse, users, first, count, products);
                for (int i = 0; i < count; i++)
                {
                    var largest = new LargestValues(MaxCoefficients);
                    for (int item = 0; item < _itemCount; item++) largest.Add(item, products[(item * count) + i]);
                    coefficients[_sources[first + i]] = largest.InOrder();
                }
            }

            ArrayPool<float>.Shared.Return(products);
        });
    }

    /// <summary>Multiplies some rows of the inverse by S^T T.</summary>
    /// <param name="inverse"><c>[sources x sources]</c></param>
    /// <param name="users">Position of each item in the history of each of its users, <c>[items x users]</c>.</param>
    /// <param name="first">First row.</param>
    /// <param name="count">Number of rows.</param>
    /// <param name="products">Receives the products, <c>[items x count]</c>.</param>
    private void Multiply(Column<float> inverse, SparseRows users, int first, int count, float[] products)
    {
        Span<float> entries = inverse.Span;
        Span<int> items = _histories.Items.Span;
        int size = _sources.Length;
        Array.Clear(products);
        for (int item = 0; item < _itemCount; item++)
        {
            if (item % 256 == 0) _cancellation.ThrowIfCancellationRequested();
            var sums = products.AsSpan(item * count, count);
            ReadOnlySpan<int> having = users.ColumnsOf(item);
            ReadOnlySpan<float> positions = users.ValuesOf(item);
            for (int u = 0; u < having.Length; u++)
            {
                int at = _histories.Offsets[having[u]] + (int)positions[u];
                for (int distance = Math.Min((int)positions[u], _decay.Length - 1); distance > 0; distance--)
                {
                    int source = _sourceOf[items[at - distance]];
                    if (source >= 0) TensorPrimitives.MultiplyAdd(entries.Slice((source * size) + first, count), _decay[distance], sums, sums);
                }
            }
        }
    }

    /// <summary>Computes the coefficients of the items that are no sources, each by itself.</summary>
    private void SolveRare(double[] diagonal, SparseRows users, (int Column, float Value)[][] coefficients)
    {
        for (int item = 0; item < _itemCount; item++)
        {
            if (_sourceOf[item] >= 0) continue;
            var next = new SortedDictionary<int, double>();
            ReadOnlySpan<int> having = users.ColumnsOf(item);
            ReadOnlySpan<float> positions = users.ValuesOf(item);
            for (int u = 0; u < having.Length; u++)
            {
                int at = _histories.Offsets[having[u]] + (int)positions[u], later = _histories.Offsets[having[u] + 1] - at - 1;
                for (int distance = 1; distance <= Math.Min(later, _decay.Length - 1); distance++)
                    next[_histories.Items[at + distance]] = next.GetValueOrDefault(_histories.Items[at + distance]) + _decay[distance];
            }

            var largest = new LargestValues(MaxCoefficients);
            foreach (var (follower, sum) in next) largest.Add(follower, (float)(sum / (diagonal[item] + _regularization)));
            coefficients[item] = largest.InOrder();
        }
    }

    /// <summary>Keeps the largest positive values; of equal ones those that came first.</summary>
    private sealed class LargestValues(int count)
    {
        private readonly PriorityQueue<(int Column, float Value), float> _kept = new(count + 1);

        public void Add(int column, float value)
        {
            if (value <= 0) return;
            if (_kept.Count < count) _kept.Enqueue((column, value), value);
            else if (value > _kept.Peek().Value) _kept.DequeueEnqueue((column, value), value);
        }

        /// <summary>Returns the values by ascending column.</summary>
        public (int Column, float Value)[] InOrder() => [.. _kept.UnorderedItems.Select(entry => entry.Element).OrderBy(entry => entry.Column)];
    }
}
