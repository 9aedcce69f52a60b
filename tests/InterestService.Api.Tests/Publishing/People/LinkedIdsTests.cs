using InterestService.Api.Publishing.People;

namespace InterestService.Api.Tests.Publishing.People;

public sealed class LinkedIdsTests
{
    private static readonly string[] _rows = ["ann", "cookie", "phone", "tablet"];

    [Fact]
    public void A_person_has_one_row_which_all_ids_find()
    {
        var links = Create();
        links.Add("ann", ["cookie", "watch"]);
        Assert.Equal([0, 0, 2, 3], Enumerable.Range(0, _rows.Length).Select(links.ShownFor));
        Assert.Equal([true, false, true, true], Enumerable.Range(0, _rows.Length).Select(links.IsShown));
        Assert.Equal(0, links.Find("watch"));
        Assert.Null(links.Find("stranger"));
        Assert.Null(links.PersonOf(0));
    }

    [Fact]
    public void A_person_whose_own_id_has_no_row_has_that_of_the_first_alias_under_the_own_name()
    {
        var links = Create();
        links.Add("account", ["browser", "cookie", "phone"]);
        Assert.Equal("account", links.PersonOf(1));
        Assert.Equal([1, 1], new[] { links.Find("account"), links.Find("browser") });
        Assert.Equal((1, 1), (links.ShownFor(1), links.ShownFor(2)));
        Assert.False(links.IsShown(2));
    }

    [Fact]
    public void Persons_without_any_row_change_nothing()
    {
        var links = Create();
        links.Add("nobody", ["shadow"]);
        Assert.Null(links.Find("nobody"));
        Assert.All(Enumerable.Range(0, _rows.Length), row => Assert.True(links.IsShown(row)));
    }

    private static LinkedIds Create() => new(id => Array.IndexOf(_rows, id) is >= 0 and var row ? row : null);
}
