using InterestService.Api.Writing;
using Microsoft.Extensions.Options;

namespace InterestService.Api.Tests.Ingestion;

public sealed class PlaceholderIdsTests
{
    [Theory]
    [InlineData("undefined")]
    [InlineData("NULL")]
    [InlineData("[object Object]")]
    [InlineData("00000000-0000-0000-0000-000000000000")]
    [InlineData("{00000000-0000-0000-0000-000000000000}")]
    [InlineData("0000")]
    [InlineData("NaN")]
    [InlineData("\tAnonymous ")]
    [InlineData("\"none\"")]
    [InlineData("<null>")]
    [InlineData("(not set)")]
    [InlineData("N/A")]
    [InlineData("-1")]
    [InlineData("''")]
    [InlineData("--")]
    [InlineData("{}")]
    [InlineData("True")]
    [InlineData("unknown user")]
    [InlineData("Unknown_User")]
    [InlineData("user-undefined")]
    [InlineData("anonymousUser")]
    [InlineData("NULL id")]
    [InlineData("not-set")]
    [InlineData("Not_Available")]
    [InlineData("０")]
    [InlineData("００")]
    [InlineData("٠")]
    [InlineData("－１")]
    [InlineData("ｕｎｄｅｆｉｎｅｄ")]
    [InlineData("un\u200Bdefi\u00ADned")]
    [InlineData("null\u00A0")]
    [InlineData("【none】")]
    [InlineData("0x0")]
    [InlineData("\u200B")]
    [InlineData("—")]
    [InlineData("…")]
    public void Ids_that_stand_for_nobody_are_recognized(string id) => Assert.True(Create(null).Has(id));

    [Theory]
    [InlineData("10")]
    [InlineData("guest-17")]
    [InlineData("Nancy")]
    [InlineData("00000000-0000-0000-0000-000000000001")]
    [InlineData("用户1")]
    [InlineData("😀")]
    [InlineData("nullah")]
    [InlineData("[a]")]
    [InlineData("1")]
    [InlineData("１")]
    [InlineData("user-0x7")]
    [InlineData("user-0")]
    [InlineData("Naid")]
    [InlineData("user")]
    [InlineData("Eunuid")]
    [InlineData("user-17 unknown")]
    [InlineData("名前")]
    public void Ids_of_somebody_are_not(string id) => Assert.False(Create(null).Has(id));

    [Fact]
    public void A_list_of_ones_own_replaces_the_default()
    {
        var ids = Create(["Kiosk", "test user"]);
        Assert.Equal([true, true, false, false], new[] { "kiosk", "'Test User'", "guest", "0" }.Select(ids.Has));
        Assert.True(ids.Has("...")); // still nobody's id
    }

    private static PlaceholderIds Create(string[]? list) => new(Options.Create(new PlaceholderOptions { PlaceholderIds = list }));
}
