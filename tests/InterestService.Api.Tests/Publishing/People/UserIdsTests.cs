using System.Text;
using InterestService.Api.Publishing.People;

namespace InterestService.Api.Tests.Publishing.People;

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
}
