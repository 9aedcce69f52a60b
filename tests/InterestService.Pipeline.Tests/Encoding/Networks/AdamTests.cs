using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using Adam = InterestService.Pipeline.Encoding.Networks.Adam;

namespace InterestService.Pipeline.Tests.Encoding.Networks;

/// <summary>Steps that read some rows of a weight move it as steps over all rows do.</summary>
public sealed class AdamTests
{
    private const int Rows = 30;

    [Theory]
    [InlineData(2)]
    [InlineData(0)]
    public void Rows_that_a_step_does_not_read_move_by_their_momentum(int columns)
    {
        using var scope = NewDisposeScope();
        Parameter whole = Weight(columns), byRow = Weight(columns);
        using Adam dense = new([whole]), lazy = new([byRow]);
        var random = new Random(3);
        for (int step = 1; step <= 400; step++)
        {
            // Most rows rest for many steps, some for longer than momentum lasts, and the last row is never read.
            long[] rows = [.. Enumerable.Range(0, Rows - 1).Where(row => random.Next(2 + row * row) == 0).Select(row => (long)row)];
            if (rows.Length == 0) continue;
            double rate = step <= 200 ? .02 : .005;
            double expected = dense.Step(_ => Loss(whole.index_select(0, tensor(rows)), rows), rate);
            Assert.Equal(expected, lazy.Step(optimizer => Loss(optimizer.Rows(byRow, rows), rows), rate), 1e-3 * (1 + expected));
        }

        Assert.True(Distance(whole, byRow) > 1e-3, "Without Settle some rows still have to move.");
        lazy.Settle();
        Assert.True(Distance(whole, byRow) < 2e-4, $"{Distance(whole, byRow)}");
        Assert.Equal(Weight(columns)[Rows - 1].data<float>().ToArray(), byRow[Rows - 1].data<float>().ToArray());
        lazy.Settle();
        Assert.True(Distance(whole, byRow) < 2e-4, "A second Settle moves nothing.");
    }

    [Fact]
    public void A_step_reads_the_rows_of_a_weight_once()
    {
        using var scope = NewDisposeScope();
        var weight = Weight(2);
        using var optimizer = new Adam([weight]);
        Assert.Throws<InvalidOperationException>(() => optimizer.Step(
            step => step.Rows(weight, [0]).sum().add(step.Rows(weight, [1]).sum()), .1));
    }

    private static Parameter Weight(int columns)
    {
        float[] values = [.. Enumerable.Range(0, Rows * Math.Max(1, columns)).Select(i => MathF.Sin(i))];
        return nn.Parameter(columns == 0 ? tensor(values) : tensor(values, Rows, columns));
    }

    /// <summary>Squared distance of each row from its number.</summary>
    private static Tensor Loss(Tensor values, long[] rows)
    {
        var targets = tensor(Array.ConvertAll(rows, row => (float)row));
        return (values - (values.dim() == 1 ? targets : targets.unsqueeze(1))).square().sum();
    }

    private static double Distance(Tensor one, Tensor other) => (one - other).abs().max().ToDouble();
}
