using InterestService.Demo.Scenarios;

namespace InterestService.Api.Tests.Demo.Scenarios;

public sealed class EducationScenarioTests
{
    private static readonly GeneratedScenario _school = GeneratedScenario.Get("education");

    // The catalogue alternates between the topics of an interest, so the items of a topic are in the order of teaching.
    private static readonly Dictionary<string, List<string>> _courses = _school.Scenario.Items
        .GroupBy(item => item.Categories[1]).ToDictionary(topic => topic.Key, topic => topic.Select(item => item.ItemId).ToList());

    [Fact]
    public void Steps_of_a_course_are_taken_in_order()
    {
        int longest = 0;
        foreach (string user in _school.Interests.Keys)
        {
            foreach (var topic in _school.ByUser[user].Where(row => row.EventType == "view").GroupBy(_school.Topic))
            {
                var met = topic.Select(row => row.ItemId!).Distinct().ToList();
                Assert.Equal(_courses[topic.Key].Take(met.Count), met);
                longest = Math.Max(longest, met.Count);
            }
        }

        Assert.True(longest > 10, $"No user advanced beyond step {longest}.");
    }

    [Fact]
    public void Introduction_comes_before_the_advanced_course()
    {
        var titles = _courses["calculus"].Select(id => _school.Items[id].Title).ToList();
        Assert.Equal("Introduction to calculus", titles[0]);
        Assert.Equal("Introduction to calculus, lecture 1: limits", titles[1]);
        Assert.True(titles.IndexOf("Introduction to calculus, assignment") < titles.IndexOf("Intermediate calculus"));
    }

    [Fact]
    public void Dropped_course_is_not_continued()
    {
        int drops = 0;
        foreach (var drop in _school.Human.Where(row => row.EventType == "drop"))
        {
            drops++;
            int place = Place(drop);
            Assert.DoesNotContain(_school.ByUser[drop.UserId], row =>
                row.EventType == "view" && _school.Topic(row) == _school.Topic(drop) && Place(row) > place);
        }

        Assert.InRange(drops, 200, 2_000);
    }

    [Fact]
    public void Many_users_begin_a_course_and_few_complete_it()
    {
        int begun = Viewers("Introduction to calculus"), ended = Viewers("Introduction to calculus, assignment");
        Assert.InRange(ended, 1, begun * 0.6);
    }

    [Fact]
    public void Work_is_submitted_with_a_score() => Assert.All(_school.Human.Where(row => row.EventType == "submit"), row =>
    {
        Assert.InRange(row.Value!.Value, 0, 100);
        Assert.Matches("^(quiz|assignment)-", row.ItemId);
    });

    [Fact]
    public void Terms_are_busier_than_the_holidays() =>
        Assert.True(_school.InMonths("mathematics", 9, 10) > 2.5 * _school.InMonths("mathematics", 7, 8));

    private static int Place(ScenarioEvent row) => _courses[_school.Topic(row)].IndexOf(row.ItemId!);

    private static int Viewers(string title) => _school.Human
        .Where(row => row.EventType == "view" && _school.Items[row.ItemId!].Title == title).Select(row => row.UserId).Distinct().Count();
}
