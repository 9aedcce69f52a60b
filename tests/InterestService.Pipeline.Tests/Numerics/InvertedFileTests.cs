using System.Numerics.Tensors;
using InterestService.Pipeline.Numerics;
using InterestService.Pipeline.Numerics.Neighbours;

namespace InterestService.Pipeline.Tests.Numerics;

public sealed class InvertedFileTests
{
    private const int Dimensions = 32;

    [Theory]
    [InlineData(.15f)]
    [InlineData(.25f)]
    [InlineData(.4f)]
    public void Recall_of_the_twenty_nearest_rows_is_at_least_95_percent(float spread)
    {
        var (vectors, lists) = Generate(rows: 4000, clusters: 40, spread);
        var file = new InvertedFile(vectors, lists);
        int found = 0, queries = 200;
        for (int query = 0; query < queries; query++)
        {
            int self = query * 20;
            var nearest = BruteForce(vectors, self).Take(20).Select(row => row.Row).ToHashSet();
            found += file.Search(vectors.Row(self), 20, row => row != self).Count(row => nearest.Contains(row.Row));
        }

        Assert.True(found >= .95 * 20 * queries, $"recall@20 is {found / (20.0 * queries)}");
    }

    [Fact]
    public void A_search_for_all_rows_returns_them_in_order()
    {
        var (vectors, lists) = Generate(rows: 300, clusters: 20, spread: .3f);
        var file = new InvertedFile(vectors, [.. lists.Select(list => list * 7 - 40)]);
        Assert.Equal(BruteForce(vectors, 5), file.Search(file[5], 300, row => row != 5));
    }

    [Fact]
    public void Rejected_rows_are_replaced_by_the_next_nearest()
    {
        var (vectors, lists) = Generate(rows: 300, clusters: 3, spread: .3f);
        var file = new InvertedFile(vectors, lists);
        Assert.Equal(
            BruteForce(vectors, 5).Where(row => row.Row % 2 == 0).Take(20),
            file.Search(vectors.Row(5), 20, row => row % 2 == 0));
    }

    private static IEnumerable<(int Row, float Similarity)> BruteForce(Matrix vectors, int self) => Enumerable.Range(0, vectors.Rows)
        .Where(row => row != self)
        .Select(row => (Row: row, Similarity: TensorPrimitives.Dot<float>(vectors.Row(self), vectors.Row(row))))
        .OrderByDescending(row => row.Similarity).ThenBy(row => row.Row);

    private static (Matrix Vectors, int[] Lists) Generate(int rows, int clusters, float spread)
    {
        var random = new Random(1);
        var centres = Normal(random, new Matrix(clusters, Dimensions), (_, _) => 0, 1);
        int[] lists = [.. Enumerable.Range(0, rows).Select(_ => random.Next(clusters))];
        return (Normal(random, new Matrix(rows, Dimensions), (row, column) => centres.Row(lists[row])[column], spread), lists);
    }

    /// <summary>Fills the rows with normally distributed values and scales them to unit length.</summary>
    private static Matrix Normal(Random random, Matrix rows, Func<int, int, float> mean, float spread)
    {
        for (int row = 0; row < rows.Rows; row++)
        {
            var values = rows.Row(row);
            for (int column = 0; column < Dimensions; column++)
                values[column] = mean(row, column) + spread * (float)(Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble()));
            TensorPrimitives.Divide(values, TensorPrimitives.Norm<float>(values), values);
        }

        return rows;
    }
}
