using System.Numerics.Tensors;
using InterestService.Pipeline.Numerics;
using InterestService.Pipeline.Projection;

namespace InterestService.Pipeline.Tests.Projection;

public sealed class UserProjectionTests
{
    private const int Groups = 12;

    [Fact]
    public void Neighbourhoods_of_planted_groups_are_kept_better_than_by_principal_components()
    {
        var (vectors, groups) = Planted(60);
        var map = Project(vectors, groups);
        Assert.True(map.Summary.Trustworthiness > .93, $"trustworthiness {map.Summary.Trustworthiness}");
        Assert.True(map.Summary.Continuity > .93, $"continuity {map.Summary.Continuity}");
        var components = MapStart.PrincipalComponents(vectors, 1, TestContext.Current.CancellationToken);
        var plain = NeighbourhoodPreservation.Measure(vectors, components, 1, 1, TestContext.Current.CancellationToken)!;
        Assert.True(map.Summary.Trustworthiness > plain.Trustworthiness + .02, $"{map.Summary.Trustworthiness} and {plain.Trustworthiness}");

        // Almost every user's nearest dot is of the same group.
        int same = Enumerable.Range(0, vectors.Rows).Count(user => groups[NearestDot(map.Points, user)] == groups[user]);
        Assert.True(same > .95 * vectors.Rows, $"{same} of {vectors.Rows}");
    }

    [Fact]
    public void The_same_seed_gives_the_same_bytes_with_any_number_of_threads()
    {
        var (vectors, groups) = Planted(120);
        UserMap one = Project(vectors, groups, threads: 1), three = Project(vectors, groups, threads: 3), other = Project(vectors, groups, seed: 2);
        Assert.Equal(one.Points.Values, three.Points.Values);
        Assert.Equal(one.Summary with { Notes = three.Summary.Notes }, three.Summary);
        Assert.NotEqual(one.Points.Values, other.Points.Values);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(7)]
    public void A_handful_of_users_has_a_map(int users)
    {
        var map = Project(Planted(1).Vectors.SelectRows(Enumerable.Range(0, users).ToArray()), new int[users]);
        AssertDots(map, users);
        Assert.Equal(users >= 3, map.Summary.Trustworthiness is not null);
        Assert.Equal(users >= 3, map.Summary.Continuity is not null);
        if (users < 3) Assert.Equal($"It needs 3 users with different vectors, and the map shows {users}.", map.Summary.Notes["trustworthiness"]);
        Assert.Null(map.Summary.MeanDisplacement);
        Assert.Equal("There was no earlier map to continue.", map.Summary.Notes["meanDisplacement"]);
        Assert.Equal(users, Enumerable.Range(0, users).Select(user => (map.Points.Row(user)[0], map.Points.Row(user)[1])).Distinct().Count());
    }

    [Theory]
    [InlineData(0f)]
    [InlineData(.25f)]
    public void Users_with_the_same_vector_have_the_same_dot(float value)
    {
        var vectors = new Matrix(50, 4);
        vectors.Values.AsSpan().Fill(value);
        var map = Project(vectors, new int[50]);
        AssertDots(map, 50);
        Assert.Single(Enumerable.Range(0, 50).Select(user => (map.Points.Row(user)[0], map.Points.Row(user)[1])).Distinct());
        Assert.Null(map.Summary.Trustworthiness);
    }

    [Fact]
    public void Many_copies_of_few_vectors_stay_apart_from_each_other()
    {
        var (planted, groups) = Planted(10);
        int[] copies = [.. Enumerable.Range(0, 600).Select(user => user % planted.Rows)];
        var map = Project(planted.SelectRows(copies), Array.ConvertAll(copies, user => groups[user]));
        AssertDots(map, 600);
        Assert.True(map.Summary.Trustworthiness > .85, $"{map.Summary.Trustworthiness}");
        for (int user = planted.Rows; user < 600; user++) Assert.True(map.Points.Row(user).SequenceEqual(map.Points.Row(user % planted.Rows)));
    }

    [Fact]
    public void Vectors_of_one_dimension_have_a_map()
    {
        var vectors = new Matrix(40, 1, [.. Enumerable.Range(0, 40).Select(user => user / 40f)]);
        var map = Project(vectors, new int[40]);
        AssertDots(map, 40);
        Assert.True(map.Summary.Trustworthiness > .9, $"{map.Summary.Trustworthiness}");
    }

    [Fact]
    public void A_cancelled_projection_ends()
    {
        var (vectors, groups) = Planted(60);
        using var stop = new CancellationTokenSource();
        var input = new ProjectionInput(Ids(vectors.Rows), vectors, groups, 1, 2, stop.Token) { Report = fraction => { if (fraction > .1) stop.Cancel(); } };
        Assert.ThrowsAny<OperationCanceledException>(() => UserProjection.Create(input));
    }

    [Fact]
    public void A_continued_map_keeps_the_dots_where_they_were()
    {
        var (vectors, groups) = Planted(60);
        var first = Project(vectors, groups);
        Assert.Null(first.Summary.MeanDisplacement);

        // A twentieth of the users changes a little, and new ones come.
        var (moved, random) = (new Matrix(vectors.Rows, vectors.Columns, [.. vectors.Values]), new Random(5));
        for (int user = 0; user < moved.Rows; user += 20)
            for (int column = 0; column < moved.Columns; column++) moved.Row(user)[column] += .1f * (float)random.NextNormal();
        var former = new Matrix(vectors.Rows, 2, [.. first.Points.Values]);
        for (int user = 7; user < vectors.Rows; user += 9) former.Row(user).Fill(float.NaN);
        var next = Project(moved, groups, former: new FormerPlaces(former, [.. groups.Select(_ => true)]), seed: 3);
        var anew = Project(moved, groups, seed: 3);
        Assert.InRange(next.Summary.MeanDisplacement!.Value, 0, .06);
        Assert.True(next.Summary.Trustworthiness > anew.Summary.Trustworthiness - .02, $"{next.Summary.Trustworthiness} and {anew.Summary.Trustworthiness}");
        Assert.False(next.Summary.Notes.ContainsKey("meanDisplacement"));
    }

    [Theory]
    [InlineData(60)]
    [InlineData(900)]
    public void A_former_map_of_other_interests_does_not_spoil_the_new_one(int usersPerGroup)
    {
        var (vectors, groups) = Planted(usersPerGroup);
        var random = new Random(3);
        var former = new Matrix(vectors.Rows, 2, [.. Enumerable.Range(0, 2 * vectors.Rows).Select(_ => 20 * random.NextSingle())]);
        var map = Project(vectors, groups, former: new FormerPlaces(former, new bool[vectors.Rows]));
        Assert.True(map.Summary.Trustworthiness > .93, $"{map.Summary.Trustworthiness}");
        Assert.Equal("No user whose cluster persists is on both maps.", map.Summary.Notes["meanDisplacement"]);
    }

    [Fact]
    public void A_map_is_turned_and_mirrored_to_its_former_places()
    {
        var random = new Random(1);
        var former = new Matrix(50, 2, [.. Enumerable.Range(0, 100).Select(_ => random.NextSingle())]);
        var places = new Matrix(50, 2);
        for (int user = 0; user < 50; user++) (places.Row(user)[0], places.Row(user)[1]) = (former.Row(user)[1] + 7, former.Row(user)[0] - 2);
        bool[] stayed = [.. Enumerable.Range(0, 50).Select(user => user > 10)];
        var before = new FormerPlaces(former, stayed);
        Assert.True(before.MeanDisplacement(places) > 1);
        before.Align(places);
        Assert.Equal(0, before.MeanDisplacement(places)!.Value, 1e-5);
    }

    internal static (Matrix Vectors, int[] Groups) Planted(int usersPerGroup, int columns = 24)
    {
        var random = new Random(2);
        var centres = new Matrix(Groups, columns);
        for (int i = 0; i < centres.Values.Length; i++) centres.Values[i] = (float)random.NextNormal();
        var vectors = new Matrix(Groups * usersPerGroup, columns);
        int[] groups = new int[vectors.Rows];
        for (int user = 0; user < vectors.Rows; user++)
        {
            groups[user] = user % Groups;
            var row = vectors.Row(user);
            for (int column = 0; column < columns; column++) row[column] = centres.Row(groups[user])[column] + (.5f * (float)random.NextNormal());
            TensorPrimitives.Divide(row, TensorPrimitives.Norm<float>(row), row);
        }

        return (vectors, groups);
    }

    private static UserMap Project(Matrix vectors, int[] clusters, int threads = 2, int seed = 1, FormerPlaces? former = null) => UserProjection.Create(
        new ProjectionInput(Ids(vectors.Rows), vectors, clusters, seed, threads, TestContext.Current.CancellationToken) { Former = former });

    private static string[] Ids(int users) => [.. Enumerable.Range(0, users).Select(user => $"u{user}")];

    private static void AssertDots(UserMap map, int users)
    {
        Assert.Equal(Enumerable.Range(0, users), map.Rows);
        Assert.Equal((users, users), (map.Summary.Users, map.Summary.Sampled));
        Assert.All(map.Points.Values, value => Assert.True(float.IsFinite(value)));
    }

    private static int NearestDot(Matrix points, int user) => Enumerable.Range(0, points.Rows).Where(other => other != user)
        .MinBy(other => RowMath.SquaredDistance(points.Row(user), points.Row(other)));
}
