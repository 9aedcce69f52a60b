using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;
using InterestService.Pipeline.Events;
using InterestService.Pipeline.Numerics;

namespace InterestService.Pipeline.Encoding.Topics;

/// <summary>
/// Topics over items, and how users mix them, by expectation maximisation with pseudo-counts: each interaction goes to the topics in the
/// proportion mixture x probability; the sums, with the priors added, give the next mixtures and probabilities. Asuncion, Welling, Smyth
/// and Teh ("On Smoothing and Inference for Topic Models", UAI 2009) found such updates as good as sampling once the priors are right.
/// Cost follows the number of interactions; nothing depends on the number of threads.
/// </summary>
/// <param name="items">How likely each topic brings each item, <c>[items x topics]</c>; zero where no user had the item.</param>
internal sealed class LdaTopics(Matrix items)
{
    // In units of an interaction's weight, chosen on purchases: what a topic and an item have before the first interaction.
    private const float TopicPrior = .025f;
    private const float ItemPrior = .005f;
    private const int FoldingSteps = 30;

    /// <summary><c>[items x topics]</c></summary>
    public Matrix Items => items;

    /// <summary>Learns topics from interactions.</summary>
    /// <param name="set">Users as documents, items as words, weights as counts.</param>
    /// <param name="topics">Number of topics.</param>
    /// <param name="passes">Number of passes over all interactions.</param>
    /// <param name="seed">Seed for the initial topics.</param>
    /// <param name="threads">Maximum number of threads.</param>
    /// <param name="report">Called after each pass with its number, from 1, and its loss, in nats a unit of weight.</param>
    /// <param name="cancellation">Checked before each chunk of rows.</param>
    public static LdaTopics Fit(
        InteractionSet set, int topics, int passes, int seed, int threads, Action<int, double> report, CancellationToken cancellation)
    {
        using var users = set.ToSparseRows();
        using var itemUsers = users.Transpose();
        double weight = set.Weights.Sum(value => (double)value);
        var random = new Random(seed);
        // Nearly equal at first: topics separate slowly and follow the data, whereas distant starts would stay where they are.
        var probabilities = new Matrix(set.ItemCount, topics);
        foreach (ref float value in probabilities.Values.AsSpan()) value = .5f + random.NextSingle();
        NormaliseColumns(probabilities, threads, cancellation);
        var mixtures = Uniform(set.UserCount, topics);
        for (int pass = 1; pass <= passes; pass++)
        {
            double loss = UpdateMixtures(users, mixtures, probabilities, steps: 1, threads, cancellation);
            UpdateProbabilities(itemUsers, probabilities, mixtures, threads, cancellation);
            report(pass, loss / weight);
        }

        return new LdaTopics(probabilities);
    }

    /// <summary>Computes the mixtures of users, <c>[users x items]</c>: <c>[users x topics]</c>, rows sum to 1. The topics do not change.</summary>
    public Matrix Mix(SparseRows interactions, int threads, CancellationToken cancellation)
    {
        var mixtures = Uniform(interactions.RowCount, items.Columns);
        UpdateMixtures(interactions, mixtures, items, FoldingSteps, threads, cancellation);
        return mixtures;
    }

    /// <summary>Updates mixtures from probabilities. All steps of one user follow each other: the user's items stay in the cache.</summary>
    /// <param name="users"><c>[users x items]</c></param>
    /// <param name="mixtures">Updated, <c>[users x topics]</c>.</param>
    /// <param name="probabilities"><c>[items x topics]</c></param>
    /// <returns>Negative log likelihood before the last step, in nats.</returns>
    private static double UpdateMixtures(
        SparseRows users, Matrix mixtures, Matrix probabilities, int steps, int threads, CancellationToken cancellation)
    {
        var chunks = new RowChunks(users.RowCount, threads, cancellation, minimum: 16);
        double[] losses = new double[chunks.Count];
        chunks.ForEach((chunk, first, end) =>
        {
            var share = new RowShare(probabilities, TopicPrior);
            for (int user = first; user < end; user++)
            {
                for (int step = 0; step < steps; step++)
                {
                    share.Replace(mixtures.Row(user), users.ColumnsOf(user), users.ValuesOf(user));
                    Normalise(mixtures.Row(user));
                }

                losses[chunk] += share.Loss(users.ValuesOf(user));
            }
        });
        return losses.Sum();
    }

    /// <summary>Updates probabilities from mixtures.</summary>
    /// <param name="itemUsers"><c>[items x users]</c></param>
    /// <param name="probabilities">Updated, <c>[items x topics]</c>.</param>
    /// <param name="mixtures"><c>[users x topics]</c></param>
    private static void UpdateProbabilities(
        SparseRows itemUsers, Matrix probabilities, Matrix mixtures, int threads, CancellationToken cancellation)
    {
        new RowChunks(itemUsers.RowCount, threads, cancellation, minimum: 16).ForEach((_, first, end) =>
        {
            var share = new RowShare(mixtures, ItemPrior);
            for (int item = first; item < end; item++) share.Replace(probabilities.Row(item), itemUsers.ColumnsOf(item), itemUsers.ValuesOf(item));
        });
        NormaliseColumns(probabilities, threads, cancellation);
    }

    private static Matrix Uniform(int rows, int topics)
    {
        var matrix = new Matrix(rows, topics);
        matrix.Values.AsSpan().Fill(1f / topics);
        return matrix;
    }

    private static void Normalise(Span<float> mixture)
    {
        float sum = TensorPrimitives.Sum<float>(mixture);
        if (sum > 0) TensorPrimitives.Divide(mixture, sum, mixture);
        else mixture.Fill(1f / mixture.Length);
    }

    private static void NormaliseColumns(Matrix matrix, int threads, CancellationToken cancellation)
    {
        var chunks = new RowChunks(matrix.Rows, threads, cancellation);
        double[][] partial = new double[chunks.Count][];
        chunks.ForEach((chunk, first, end) =>
        {
            double[] sums = partial[chunk] = new double[matrix.Columns];
            for (int row = first; row < end; row++) RowMath.Add(sums, matrix.Row(row), 1);
        });
        double[] totals = new double[matrix.Columns];
        foreach (double[] sums in partial) RowMath.Add(totals, sums);
        float[] scales = [.. totals.Select(total => (float)(1 / Math.Max(total, float.Epsilon)))];
        chunks.ForEach((_, first, end) =>
        {
            for (int row = first; row < end; row++) TensorPrimitives.Multiply(matrix.Row(row), scales, matrix.Row(row));
        });
    }

    /// <summary>Distributes the interactions of one row after the other to topics.</summary>
    /// <param name="others"><c>[others x topics]</c></param>
    /// <param name="prior">Weight of each topic before the first interaction.</param>
    private sealed class RowShare(Matrix others, float prior)
    {
        /// <summary>Number of rows to prefetch: they lie anywhere in more memory than the caches hold.</summary>
        private const int Ahead = 6;

        private readonly float[] _sums = new float[others.Columns];
        private float[] _likelihoods = [];

        /// <summary>Replaces a row by the weights of its topics: each interaction is divided in the proportion own x other.</summary>
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Replace(Span<float> own, ReadOnlySpan<int> columns, ReadOnlySpan<float> weights)
        {
            if (columns.IsEmpty)
            {
                own.Clear();
                return;
            }

            if (_likelihoods.Length < columns.Length) _likelihoods = new float[2 * columns.Length];
            _sums.AsSpan().Fill(prior);
            for (int i = 0; i < columns.Length; i++)
            {
                if (i + Ahead < columns.Length) Prefetch(others.Row(columns[i + Ahead]));
                ReadOnlySpan<float> other = others.Row(columns[i]);
                float likelihood = RowMath.Dot(own, other);
                // 0: an item that no user had in training. It carries no information.
                _likelihoods[i] = likelihood > 0 ? likelihood : 1;
                if (likelihood > 0) RowMath.AddProduct(_sums, own, other, weights[i] / likelihood);
            }

            _sums.CopyTo(own);
        }

        /// <summary>Computes the negative log likelihood of the row replaced last, in nats.</summary>
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public double Loss(ReadOnlySpan<float> weights)
        {
            double loss = 0;
            for (int i = 0; i < weights.Length; i++) loss -= weights[i] * MathF.Log(_likelihoods[i]);
            return loss;
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static unsafe void Prefetch(ReadOnlySpan<float> row)
        {
            const int Line = 64 / sizeof(float);
            if (!Sse.IsSupported) return;
            fixed (float* first = row)
                for (int i = 0; i < row.Length; i += Line) Sse.Prefetch0(first + i);
        }
    }
}
