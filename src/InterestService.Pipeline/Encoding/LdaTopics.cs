using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using InterestService.Pipeline.Preprocessing;

namespace InterestService.Pipeline.Encoding;

/// <summary>
/// Topics over items, and how users mix them, by expectation maximisation with pseudo-counts: each interaction goes to the topics in the
/// proportion mixture x probability; the sums, with the priors added, give the next mixtures and probabilities. Asuncion, Welling, Smyth
/// and Teh ("On Smoothing and Inference for Topic Models", UAI 2009) found such updates as good as sampling once the priors are right.
/// Cost follows the number of interactions; nothing depends on the number of threads.
/// </summary>
/// <param name="items">How likely each topic brings each item, <c>[items x topics]</c>; zero where nobody had the item.</param>
internal sealed class LdaTopics(Matrix items)
{
    // In units of an interaction's weight, chosen on purchases: what a topic and an item have before the first interaction.
    private const float TopicPrior = .025f;
    private const float ItemPrior = .005f;
    private const int FoldingSteps = 30;

    /// <summary><c>[items x topics]</c></summary>
    public Matrix Items => items;

    /// <param name="set">Users as documents, items as words, weights as counts.</param>
    /// <param name="topics">How many.</param>
    /// <param name="passes">Over all interactions.</param>
    /// <param name="seed">Of the first topics.</param>
    /// <param name="threads">Most threads at work.</param>
    /// <param name="report">Told of each pass and its loss, in nats a unit of weight.</param>
    /// <param name="cancellation">Looked at before each chunk of rows.</param>
    public static LdaTopics Fit(
        InteractionSet set, int topics, int passes, int seed, int threads, Action<int, double> report, CancellationToken cancellation)
    {
        var users = SparseRows.Of(set);
        var itemUsers = users.Transpose();
        double weight = set.Weights.Sum(value => (double)value);
        var random = new Random(seed);
        // Nearly alike at first: topics part slowly and find their own way, where far starts would stay where they fell.
        var probabilities = new Matrix(set.ItemCount, topics);
        foreach (ref float value in probabilities.Values.AsSpan()) value = .5f + random.NextSingle();
        NormaliseColumns(probabilities);
        var mixtures = Uniform(set.UserCount, topics);
        for (int pass = 1; pass <= passes; pass++)
        {
            double[] losses = new double[RowChunks.MaximumChunks];
            Share(users, mixtures, probabilities, TopicPrior, threads, cancellation, losses);
            NormaliseRows(mixtures);
            Share(itemUsers, probabilities, mixtures, ItemPrior, threads, cancellation);
            NormaliseColumns(probabilities);
            report(pass, losses.Sum() / weight);
        }

        return new LdaTopics(probabilities);
    }

    /// <summary>The mixtures of users <c>[users x items]</c>: <c>[users x topics]</c>, rows sum to 1. The topics stay as they are.</summary>
    public Matrix Mix(SparseRows interactions, int threads, CancellationToken cancellation)
    {
        var mixtures = Uniform(interactions.RowCount, items.Columns);
        for (int step = 0; step < FoldingSteps; step++)
        {
            Share(interactions, mixtures, items, TopicPrior, threads, cancellation);
            NormaliseRows(mixtures);
        }

        return mixtures;
    }

    /// <summary>Replaces every row of <paramref name="own"/> by the weight that its topics get.</summary>
    /// <param name="interactions">Users by items, or items by users: <c>[rows x others]</c></param>
    /// <param name="own"><c>[rows x topics]</c></param>
    /// <param name="others"><c>[others x topics]</c></param>
    /// <param name="prior">Weight that each topic has from the start.</param>
    /// <param name="losses">Negative log likelihood of the interactions of each chunk of rows, added to, in nats; null: not of interest.</param>
    private static void Share(
        SparseRows interactions, Matrix own, Matrix others, float prior, int threads, CancellationToken cancellation, double[]? losses = null)
    {
        var chunks = new RowChunks(interactions.RowCount, threads, cancellation, minimum: 16);
        chunks.ForEach((chunk, first, end) =>
        {
            float[] sums = new float[own.Columns], likelihoods = [];
            for (int row = first; row < end; row++)
            {
                var columns = interactions.ColumnsOf(row);
                if (columns.Length == 0)
                {
                    own.Row(row).Clear();
                    continue;
                }

                sums.AsSpan().Fill(prior);
                var weights = interactions.ValuesOf(row);
                if (likelihoods.Length < columns.Length) likelihoods = new float[2 * columns.Length];
                var known = likelihoods.AsSpan(0, columns.Length);
                ShareRow(own.Row(row), others, columns, weights, sums, known);
                if (losses is not null) losses[chunk] += Loss(known, weights);
                sums.CopyTo(own.Row(row));
            }
        });
    }

    /// <summary>Adds the weights of one row's interactions to its topics, each in the proportion own x other.</summary>
    /// <param name="likelihoods">Of each interaction; filled. 1 for an item that nobody had in training, which says nothing.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void ShareRow(
        ReadOnlySpan<float> own, Matrix others, ReadOnlySpan<int> columns, ReadOnlySpan<float> weights, Span<float> sums, Span<float> likelihoods)
    {
        for (int i = 0; i < columns.Length; i++)
        {
            ReadOnlySpan<float> other = others.Row(columns[i]);
            float likelihood = RowMath.Dot(own, other);
            likelihoods[i] = likelihood > 0 ? likelihood : 1;
            if (likelihood > 0) RowMath.AddProduct(sums, own, other, weights[i] / likelihood);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static double Loss(ReadOnlySpan<float> likelihoods, ReadOnlySpan<float> weights)
    {
        double loss = 0;
        for (int i = 0; i < likelihoods.Length; i++) loss -= weights[i] * MathF.Log(likelihoods[i]);
        return loss;
    }

    private static Matrix Uniform(int rows, int topics)
    {
        var matrix = new Matrix(rows, topics);
        matrix.Values.AsSpan().Fill(1f / topics);
        return matrix;
    }

    private static void NormaliseRows(Matrix matrix)
    {
        for (int i = 0; i < matrix.Rows; i++)
        {
            var row = matrix.Row(i);
            float sum = TensorPrimitives.Sum<float>(row);
            if (sum > 0) TensorPrimitives.Divide(row, sum, row);
            else row.Fill(1f / row.Length);
        }
    }

    private static void NormaliseColumns(Matrix matrix)
    {
        double[] sums = new double[matrix.Columns];
        for (int i = 0; i < matrix.Rows; i++) RowMath.Add(sums, matrix.Row(i), 1);
        float[] scales = [.. sums.Select(sum => (float)(1 / Math.Max(sum, float.Epsilon)))];
        for (int i = 0; i < matrix.Rows; i++) TensorPrimitives.Multiply(matrix.Row(i), scales, matrix.Row(i));
    }
}
