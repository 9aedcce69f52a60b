using InterestService.Pipeline.Numerics;
using InterestService.Pipeline.Numerics.LinearAlgebra;

namespace InterestService.Pipeline.Tests.Numerics;

public sealed class RandomCosinesTests
{
    [Fact]
    public void The_limit_follows_from_the_cosines_of_all_pairs()
    {
        var random = new Random(3);
        var vectors = Unit(new Matrix(60, 7, [.. Enumerable.Range(0, 420).Select(_ => (float)(random.NextDouble() - .3))]));
        double[] cosines = [.. from a in Enumerable.Range(0, 60) from b in Enumerable.Range(0, 60) where a != b select Dot(vectors, a, b)];
        double mean = cosines.Average(), deviation = Math.Sqrt(cosines.Average(cosine => (cosine - mean) * (cosine - mean)));
        Assert.Equal(mean + (.5 * deviation), RandomCosines.Limit(vectors), 2e-4);
    }

    [Fact]
    public void Equal_rows_are_similar_and_opposite_ones_are_not()
    {
        Assert.InRange(RandomCosines.Limit(new Matrix(3, 2, [1, 0, 1, 0, 1, 0])), .99f, 1);
        Assert.Equal(0, RandomCosines.Limit(new Matrix(2, 2, [1, 0, -1, 0])));
        Assert.Equal(0, RandomCosines.Limit(new Matrix(1, 2, [1, 0])));
        Assert.Equal(0, RandomCosines.Limit(new Matrix(0, 2, [])));
    }

    private static double Dot(Matrix m, int a, int b) => Enumerable.Range(0, m.Columns).Sum(i => (double)m.Row(a)[i] * m.Row(b)[i]);

    private static Matrix Unit(Matrix m)
    {
        for (int row = 0; row < m.Rows; row++)
        {
            float length = (float)Math.Sqrt(Dot(m, row, row));
            foreach (ref float value in m.Row(row)) value /= length;
        }

        return m;
    }
}
