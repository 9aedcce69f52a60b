using InterestService.Pipeline.Numerics;

namespace InterestService.Pipeline.Tests.Numerics;

public sealed class ColumnTests
{
    /// <summary>Lengths below and above the size at which a column uses unmanaged memory.</summary>
    public static TheoryData<int> Lengths => [0, 1, 1_000, 16_384, 16_385, 200_000];

    [Theory]
    [MemberData(nameof(Lengths))]
    public void A_new_column_is_zero_and_holds_the_written_values(int length)
    {
        using var column = new Column<int>(length);
        Assert.All(column, value => Assert.Equal(0, value));
        for (int i = 0; i < length; i++) column[i] = 3 * i;
        Assert.Equal(length, column.Length);
        Assert.Equal(Enumerable.Range(0, length).Select(i => 3 * i), column);
        Assert.Equal(Enumerable.Range(length / 2, length - length / 2).Select(i => 3 * i), column[(length / 2)..]);
    }

    [Theory]
    [MemberData(nameof(Lengths))]
    public void Resizing_preserves_the_values_that_fit(int length)
    {
        using Column<int> column = [.. Enumerable.Range(0, length)];
        column.Resize(length + 100_000);
        Assert.Equal(Enumerable.Range(0, length), column[..length]);
        column.Resize(length / 2);
        Assert.Equal(Enumerable.Range(0, length / 2), column);
    }

    [Theory]
    [MemberData(nameof(Lengths))]
    public void A_disposed_column_is_empty_and_may_be_disposed_again(int length)
    {
        Column<long> column = [.. Enumerable.Range(0, length)];
        column.Dispose();
        column.Dispose();
        Assert.Empty(column);
        Assert.Throws<IndexOutOfRangeException>(() => column[0]);
    }

    [Fact]
    public void A_large_column_allocates_no_managed_memory()
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        using var column = new Column<double>(1_000_000);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 10_000);
    }
}
