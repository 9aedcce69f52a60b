using System.Globalization;
using CsCheck;
using InterestService.Pipeline.Meaning;

namespace InterestService.Pipeline.Tests.Meaning;

public sealed class RatingScaleTests
{
    [Theory]
    [InlineData(1, 5, "1 2 3 4 5")]
    [InlineData(1, 5, "2 3 4")]
    [InlineData(1, 5, "1 1")]
    [InlineData(1, 5, "5 5")]
    [InlineData(.5, 5, ".5 3.5 5")]
    [InlineData(0, 5, "0 4 5")]
    [InlineData(1, 10, "1 7 9")]
    [InlineData(0, 10, "0 8")]
    [InlineData(0, 100, "15 60 95")]
    [InlineData(0, 100, "0 100")]
    [InlineData(0, 1, "0 1")]
    [InlineData(0, 1, ".2 .9")]
    [InlineData(-1, 1, "-1 1")]
    [InlineData(-1, 1, "-1 -1")]
    [InlineData(-5, 5, "-4 2")]
    [InlineData(-10, 10, "-9.5 8.25")]
    [InlineData(0, 1000, "10 640")]
    public void The_scale_is_the_least_common_one_that_holds_all(double low, double high, string values) =>
        Assert.Equal(new RatingScale(low, high), Find([.. values.Split(' ').Select(value => double.Parse(value, CultureInfo.InvariantCulture))]));

    [Fact]
    public void A_few_mistakes_among_many_ratings_do_not_change_it()
    {
        var stars = Enumerable.Range(0, 990).Select(n => 1.0 + (n % 5));
        Assert.Equal(new RatingScale(1, 5), Find([.. stars, .. Enumerable.Repeat(1e9, 4)]));
        Assert.Equal(new RatingScale(1, 5), Find([.. stars, .. Enumerable.Repeat(-1.0, 4)]));
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(0)]
    public void Thumbs_that_are_nearly_all_up_are_thumbs(double down) => Assert.Equal(new RatingScale(down, 1), Find([.. Enumerable.Repeat(1.0, 999), down]));

    [Fact]
    public void Every_value_has_a_place_on_the_scale_of_any_values() => Gen.Double[-1e30, 1e30].Array[1, 50].Sample(values =>
    {
        var scale = Find(values);
        Assert.True(scale.Low < scale.High);
        Assert.All(values, value => Assert.InRange(scale.Place(value), -1, 1));
        var ordered = values.Order().Select(scale.Place).ToArray();
        Assert.Equal(ordered.Order(), ordered);
    });

    private static RatingScale Find(double[] values) => RatingScale.Find([.. values.Select(value => (float)value)]);
}
