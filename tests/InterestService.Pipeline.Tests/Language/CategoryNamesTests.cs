using ICU4N.Text;
using InterestService.Pipeline.Events;
using InterestService.Pipeline.Language;

namespace InterestService.Pipeline.Tests.Language;

public sealed class CategoryNamesTests
{
    [Theory]
    [InlineData("Crème brûlée", "CRÈME BRÛLÉE")]
    [InlineData("Crème brûlée", "crème\u00a0brûlée ")]
    [InlineData("Crème brûlée", "Crème  \tbrûlée")]
    [InlineData("Crème brûlée", "Crème brû\u00adlée")]
    [InlineData("Crème brûlée", "\ufeffCrème brûlée\u200b")]
    [InlineData("Crème brûlée", "Cre\u0300me bru\u0302le\u0301e")]
    [InlineData("Straßenlauf", "STRASSENLAUF")]
    [InlineData("Kırtasiye", "KIRTASİYE")]
    [InlineData("Ελλάς", "ΕΛΛΆΣ")]
    [InlineData("Việt Nam", "VIỆT NAM")]
    public void What_reads_the_same_is_one(string name, string other)
    {
        Assert.Equal(CategoryNames.Key(name), CategoryNames.Key(other));
        Assert.Equal(CategoryNames.Key(name), CategoryNames.Key(Normalizer2.NFDInstance.Normalize(other)));
    }

    [Theory]
    [InlineData("Resume", "Résumé")]
    [InlineData("Sun care", "Suncare")]
    [InlineData("C", "C++")]
    [InlineData("H2O", "H₂O")]
    public void What_reads_differently_is_not(string name, string other) => Assert.NotEqual(CategoryNames.Key(name), CategoryNames.Key(other));

    [Fact]
    public void The_most_frequent_spelling_is_shown_and_of_equally_frequent_ones_the_first()
    {
        var spellings = CategoryNames.Choose(["hiking", "HIKING", "Hiking ", "Hiking", "tents", "Tents", " "]);
        Assert.Equal(["Hiking", "tents"], spellings.Values);
    }

    [Fact]
    public void Items_have_each_category_once()
    {
        ItemDescription[] items = [new("a", ["Tea", "TEA", "Mugs"]), new(null, ["Tea"]), new("c", ["\u200b", "mugs"]), new("d", ["Mugs"])];
        var united = CategoryNames.Unite(items);
        Assert.Equal(["Tea|Mugs", "Tea", "Mugs", "Mugs"], united.Select(item => string.Join('|', item.Categories)));
        Assert.Same(items[1], united[1]);
    }
}
