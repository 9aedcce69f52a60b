using CsCheck;
using InterestService.Pipeline.Lineage;

namespace InterestService.Pipeline.Tests.Lineage;

public sealed class OptimalAssignmentTests
{
    [Fact]
    public void The_assignment_has_the_maximum_gain()
    {
        var table =
            from rows in Gen.Int[0, 6]
            from columns in Gen.Int[0, 6]
            from gains in Gen.Int[-9, 9].Array[rows * columns]
            select (rows, columns, gains);
        table.Sample(t =>
        {
            double[,] gains = new double[t.rows, t.columns];
            for (int i = 0; i < t.gains.Length; i++) gains[i / t.columns, i % t.columns] = t.gains[i];
            int[] columnOf = OptimalAssignment.Maximize(gains);
            Assert.Equal(t.rows, columnOf.Length);
            int[] taken = [.. columnOf.Where(column => column >= 0)];
            Assert.Equal(Math.Min(t.rows, t.columns), taken.Distinct().Count());
            Assert.Equal(taken.Length, taken.Distinct().Count());
            Assert.All(taken, column => Assert.InRange(column, 0, t.columns - 1));
            Assert.Equal(Best(gains, 0, new bool[t.columns], t.rows - t.columns), Gain(gains, columnOf));
        });
    }

    [Fact]
    public void A_row_gets_another_column_if_that_increases_the_total()
    {
        // The first column has the highest gain in each row of the first table.
        Assert.Equal([2, 0, 1], OptimalAssignment.Maximize(new double[,] { { 10, 1, 9 }, { 10, 2, 3 }, { 10, 8, 3 } }));
        Assert.Equal([1, -1, 0], OptimalAssignment.Maximize(new double[,] { { 4, 7 }, { 3, 5 }, { 9, 8 } }));
    }

    [Fact]
    public void A_permuted_diagonal_is_recovered()
    {
        Gen.Int[1, 60].SelectMany(size => Gen.Shuffle(Enumerable.Range(0, size).ToArray())).Sample(order =>
        {
            double[,] gains = new double[order.Length, order.Length];
            for (int row = 0; row < order.Length; row++)
                for (int column = 0; column < order.Length; column++)
                    gains[row, column] = order[row] == column ? 2 : 1;
            Assert.Equal(order, OptimalAssignment.Maximize(gains));
        }, iter: 200);
    }

    private static double Gain(double[,] gains, int[] columnOf) =>
        columnOf.Select((column, row) => column < 0 ? 0 : gains[row, column]).Sum();

    /// <summary>Computes the maximum gain by exhaustive search; surplus rows may remain without a column.</summary>
    private static double Best(double[,] gains, int row, bool[] taken, int without)
    {
        if (row == gains.GetLength(0)) return 0;
        double best = without > 0 ? Best(gains, row + 1, taken, without - 1) : double.NegativeInfinity;
        for (int column = 0; column < taken.Length; column++)
        {
            if (taken[column]) continue;
            taken[column] = true;
            best = Math.Max(best, gains[row, column] + Best(gains, row + 1, taken, without));
            taken[column] = false;
        }

        return best;
    }
}
