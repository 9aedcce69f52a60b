using System.Numerics.Tensors;
using InterestService.Pipeline.Numerics;
using InterestService.Pipeline.Numerics.LinearAlgebra;

namespace InterestService.Pipeline.Encoding.Topics;

/// <summary>
/// Non-negative matrix factorisation, <c>X ~ W H^T</c> (Lee and Seung, Nature 1999), by hierarchical alternating least squares (Cichocki and
/// Phan, IEICE Transactions 2009): each entry in turn takes its best value at or above 0 while all others stay. It starts from the larger of
/// the positive and the negative part of each singular vector (NNDSVD: Boutsidis and Gallopoulos, Pattern Recognition 2008), so that it needs
/// no random start. Nothing depends on the number of threads.
/// </summary>
/// <param name="items">H, <c>[items x topics]</c>, no entry below 0, columns of unit length; a column without any entry is zero.</param>
public sealed class NonNegativeFactors(Matrix items)
{
    /// <summary>Sweeps over the entries of one side before the other side's turn.</summary>
    private const int Sweeps = 2;

    /// <summary>Sweeps over the entries of a row of W for a fixed H: a change after them is below the precision of the vectors.</summary>
    private const int FoldingSweeps = 30;

    /// <summary>A pass that lowers the loss by a smaller part is the last one.</summary>
    private const double MinGain = 1e-4;

    /// <summary>H, <c>[items x topics]</c></summary>
    public Matrix Items => items;

    /// <summary>Learns the factors.</summary>
    /// <param name="users">X, <c>[users x items]</c>, no value below 0.</param>
    /// <param name="topics">Number of topics.</param>
    /// <param name="passes">Maximum number of passes; the last one is the first that lowers the loss by less than a ten-thousandth.</param>
    /// <param name="seed">Seed for the singular vectors.</param>
    /// <param name="threads">Maximum number of threads.</param>
    /// <param name="report">Called after each pass with its number, from 1, and its loss: the part of the squared length of X that is left over.</param>
    /// <param name="cancellation">Checked before each chunk of rows.</param>
    public static NonNegativeFactors Fit(
        SparseRows users, int topics, int passes, int seed, int threads, Action<int, double> report, CancellationToken cancellation)
    {
        using var itemUsers = users.Transpose();
        var h = Start(TruncatedSvd.Compute(users, topics, seed, threads, cancellation).Right);
        var w = new Matrix(users.RowCount, topics);
        double total = Enumerable.Range(0, users.RowCount).Sum(row => RowMath.SquaredNorm(users.ValuesOf(row))), before = double.PositiveInfinity;
        for (int pass = 1; pass <= passes; pass++)
        {
            Improve(w, users.Times(h, threads, cancellation), h, Sweeps, threads, cancellation);
            var products = itemUsers.Times(w, threads, cancellation);
            Improve(h, products, w, Sweeps, threads, cancellation);
            double loss = total > 0 ? Math.Max(0, Loss(total, h, products, w, threads, cancellation) / total) : 0;
            report(pass, loss);
            NormaliseColumns(h, w);
            if (before - loss < MinGain * before) break;
            before = loss;
        }

        return new NonNegativeFactors(h);
    }

    /// <summary>Computes W for rows of X, <c>[users x items]</c>: <c>[users x topics]</c>. The topics do not change.</summary>
    public Matrix Mix(SparseRows users, int threads, CancellationToken cancellation)
    {
        var w = new Matrix(users.RowCount, items.Columns);
        Improve(w, users.Times(items, threads, cancellation), items, FoldingSweeps, threads, cancellation);
        return w;
    }

    /// <summary>Returns the larger of the positive and the negative part of each column; where it is zero, a small value that can grow.</summary>
    private static Matrix Start(Matrix singular)
    {
        var h = new Matrix(singular.Rows, singular.Columns);
        double[] positive = new double[singular.Columns], negative = new double[singular.Columns];
        for (int row = 0; row < h.Rows; row++)
            for (int j = 0; j < h.Columns; j++) (singular.Row(row)[j] > 0 ? positive : negative)[j] += Math.Pow(singular.Row(row)[j], 2);
        float small = .01f / MathF.Sqrt(Math.Max(1, h.Rows));
        for (int row = 0; row < h.Rows; row++)
            for (int j = 0; j < h.Columns; j++) h.Row(row)[j] = Math.Max(small, positive[j] >= negative[j] ? singular.Row(row)[j] : -singular.Row(row)[j]);
        return h;
    }

    /// <summary>Improves one side for the other one, row by row, each entry in turn.</summary>
    /// <param name="side">Improved, <c>[rows x topics]</c>.</param>
    /// <param name="products">X, or its transpose, times the other side, <c>[rows x topics]</c>.</param>
    /// <param name="other"><c>[others x topics]</c></param>
    /// <param name="sweeps">Number of sweeps over each row.</param>
    /// <param name="threads">Maximum number of threads.</param>
    /// <param name="cancellation">Checked before each chunk of rows.</param>
    private static void Improve(Matrix side, Matrix products, Matrix other, int sweeps, int threads, CancellationToken cancellation)
    {
        float[][] gram = [.. TruncatedSvd.Gram(other, threads, cancellation).Select(row => Array.ConvertAll(row, value => (float)value))];
        new RowChunks(side.Rows, threads, cancellation, minimum: 64).ForEach((_, first, end) =>
        {
            for (int i = first; i < end; i++)
            {
                Span<float> row = side.Row(i), product = products.Row(i);
                for (int sweep = 0; sweep < sweeps; sweep++)
                    for (int j = 0; j < row.Length; j++)
                        if (gram[j][j] > 0) row[j] = Math.Max(0, row[j] + ((product[j] - RowMath.Dot(row, gram[j])) / gram[j][j]));
            }
        });
    }

    /// <summary>Computes the squared length of X - W H^T, given that of X and X^T W.</summary>
    private static double Loss(double total, Matrix h, Matrix products, Matrix w, int threads, CancellationToken cancellation)
    {
        double[][] left = TruncatedSvd.Gram(w, threads, cancellation), right = TruncatedSvd.Gram(h, threads, cancellation);
        double common = Enumerable.Range(0, h.Rows).Sum(row => (double)TensorPrimitives.Dot<float>(h.Row(row), products.Row(row)));
        return total - (2 * common) + left.Zip(right, (a, b) => TensorPrimitives.Dot<double>(a, b)).Sum();
    }

    /// <summary>Scales the columns of H to unit length, and those of W so that the product stays.</summary>
    private static void NormaliseColumns(Matrix h, Matrix w)
    {
        float[] lengths = new float[h.Columns];
        for (int row = 0; row < h.Rows; row++) TensorPrimitives.MultiplyAdd(h.Row(row), h.Row(row), lengths, lengths);
        TensorPrimitives.Sqrt(lengths, lengths);
        float[] scales = Array.ConvertAll(lengths, length => length > 0 ? 1 / length : 0);
        for (int row = 0; row < h.Rows; row++) TensorPrimitives.Multiply(h.Row(row), scales, h.Row(row));
        for (int row = 0; row < w.Rows; row++) TensorPrimitives.Multiply(w.Row(row), lengths, w.Row(row));
    }
}
