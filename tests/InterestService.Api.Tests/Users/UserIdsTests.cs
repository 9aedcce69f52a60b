using System.Text;
using InterestService.Api.Publishing.Snapshots;
using InterestService.Api.Storage.Queries;

namespace InterestService.Api.Tests.Users;

public sealed class UserIdsTests
{
    [Fact]
    public void Every_id_finds_its_row_and_no_other_text_does()
    {
        var ids = new UserIds();
        string[] texts = [.. Enumerable.Range(0, 5_000).Select(i => $"user-{i * 7}"), "用户1", "a/b", " ", new string('ü', 256), ""];
        foreach (string text in texts) ids.Add(Encoding.UTF8.GetBytes(text));
        Assert.Equal(texts, ids);
        for (int row = 0; row < texts.Length; row++) Assert.Equal(row, ids.Find(texts[row]));
        foreach (string unknown in new[] { "user-1", "User-7", "用户", new string('ü', 255), new string('x', 5_000) }) Assert.Null(ids.Find(unknown));
    }

    [Fact]
    public void An_alias_finds_the_row_of_its_user_even_if_it_has_its_own()
    {
        var ids = new UserIds();
        foreach (string text in new[] { "ann", "cookie" }) ids.Add(Encoding.UTF8.GetBytes(text));
        ids.AddAlias("cookie", 0);
        ids.AddAlias("phone", 0);
        Assert.Equal([0, 0, 0], new[] { ids.Find("ann"), ids.Find("cookie"), ids.Find("phone") });
        Assert.Equal(new[] { "ann", "cookie" }, ids);
    }
}
