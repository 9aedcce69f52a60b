using InterestService.Pipeline.Numerics;
using InterestService.Pipeline.Projection;
using InterestService.Pipeline.Tests.Clustering;

namespace InterestService.Pipeline.Tests.Projection;

public sealed class MapExtensionTests
{
    [Fact]
    public void A_user_is_placed_among_the_nearest_on_the_map()
    {
        var vectors = TestPoints.Uniform(60, 2, 1);
        var places = new Matrix(60, 2, [.. vectors.Values.Select(value => 10 * value)]); // a map that keeps all distances
        var map = new MapExtension(vectors, places, others: 10);
        foreach (float[] vector in (float[][])[[.5f, .5f], [.3f, .7f], [.6f, .4f]])
        {
            var (x, y) = map.Place(vector);
            Assert.InRange(Math.Sqrt(Math.Pow(x - (10 * vector[0]), 2) + Math.Pow(y - (10 * vector[1]), 2)), 0, 1.5);
        }

        Assert.Equal((places.Row(7)[0], places.Row(7)[1]), map.Place(vectors.Row(7))); // the same vector, the same place
    }

    [Fact]
    public void A_map_with_few_users_places_others_all_the_same()
    {
        var map = new MapExtension(new Matrix(2, 1, [0, 1]), new Matrix(2, 2, [0, 0, 4, 4]), others: 1);
        var (x, y) = map.Place([.25f]);
        Assert.Equal(x, y);
        Assert.InRange(x, 0, 2);
    }

    [Theory]
    [InlineData(100, 50, 50)] // room for everyone
    [InlineData(10_000, 100_000, 10_000)]
    [InlineData(20_000, 100_000, 0)] // no room
    [InlineData(0, 1000, 0)] // nothing to be placed by
    public void The_map_is_filled_and_not_more(int shown, int others, int most)
    {
        var map = new MapExtension(new Matrix(shown, 1), new Matrix(shown, 2), others);
        Assert.InRange(Enumerable.Range(0, others).Count(user => map.Shows($"user-{user}")), (int)(.95 * most), most);
    }

    [Fact]
    public void The_summary_tells_what_was_drawn()
    {
        var drawn = new MapSummary { Method = MapSummary.Umap, Seed = 1, Users = 100, Sampled = 100 };
        var more = drawn.Extend(1000, 400);
        Assert.Equal((1000, 400), (more.Users, more.Sampled));
        Assert.Contains("drawn for 100 users; 300 others", more.Notes["sampled"], StringComparison.Ordinal);
        Assert.Empty(drawn.Extend(1000, 100).Notes);
    }
}
